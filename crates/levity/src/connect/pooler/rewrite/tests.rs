use std::fmt::Write as _;

use super::*;

/// Messages as `tag body`, with dots for what is no letter or digit.
fn show(mut bytes: BytesMut) -> String {
    let mut shown = String::new();
    while let Some((tag, body)) = take(&mut bytes).unwrap() {
        let body: String =
            body.iter().map(|byte| if byte.is_ascii_graphic() { *byte as char } else { '.' }).collect();
        let _ = write!(shown, "{}({body}) ", tag as char);
    }
    assert!(bytes.is_empty());
    shown.trim_end().to_owned()
}

fn messages(list: &[(u8, &[u8])]) -> BytesMut {
    let mut bytes = BytesMut::new();
    for (tag, body) in list {
        put(&mut bytes, *tag, body);
    }
    bytes
}

/// Byte by byte, because messages arrive in any pieces.
fn to_server(rewriter: &mut Rewriter, list: &[(u8, &[u8])]) -> String {
    let (mut given, mut outgoing) = (BytesMut::new(), BytesMut::new());
    for byte in messages(list) {
        given.put_u8(byte);
        rewriter.translate_requests(&mut given, &mut outgoing).unwrap();
    }
    show(outgoing)
}

fn to_driver(rewriter: &mut Rewriter, list: &[(u8, &[u8])]) -> String {
    let (mut arrived, mut readable) = (BytesMut::new(), BytesMut::new());
    for byte in messages(list) {
        arrived.put_u8(byte);
        rewriter.translate_answers(&mut arrived, &mut readable).unwrap();
    }
    show(readable)
}

const READY: (u8, &[u8]) = (b'Z', b"I");
const SYNC: (u8, &[u8]) = (b'S', b"");

fn column(name: &str, type_oid: u8) -> Vec<u8> {
    let mut body = vec![0, 1];
    body.extend(name.bytes());
    body.extend([0; 7]);
    body.extend([0, 0, 0, type_oid]);
    body.extend([0; 8]);
    body
}

/// After the login, with `s1` prepared: one parameter, one column.
fn prepared() -> Rewriter {
    let mut rewriter = Rewriter::default();
    to_driver(&mut rewriter, &[(b'R', b"\0\0\0\0"), READY]);
    let sent = to_server(&mut rewriter, &[(b'P', b"s1\0SELECT\0\0\0"), (b'D', b"Ss1\0"), SYNC]);
    assert_eq!(sent, "P(.SELECT...) D(S.) S()");
    let answer: &[(u8, &[u8])] = &[(b'1', b""), (b't', b"\0\x01\0\0\0A"), (b'T', &column("n", b'B')), READY];
    assert_eq!(to_driver(&mut rewriter, answer), "1() t(.....A) T(..n..........B........) Z(I)");
    rewriter
}

const BIND: (u8, &[u8]) = (b'B', b"\0s1\0values");

#[test]
fn binding_sends_the_text_again_and_hides_that_it_did() {
    let mut rewriter = prepared();
    let sent = to_server(&mut rewriter, &[BIND, (b'E', b"\0"), SYNC, BIND, SYNC]);
    let bind = "P(.SELECT......A) D(S.) B(..values)";
    assert_eq!(sent, format!("{bind} E(.) S() {bind} S()"));
    let column = column("n", b'B');
    let parsed: [(u8, &[u8]); 4] = [(b'1', b""), (b't', b"\0\x01\0\0\0A"), (b'T', &column), (b'2', b"")];
    let answer = [&parsed[..], &[(b'D', b"row"), READY], &parsed, &[READY]].concat();
    assert_eq!(to_driver(&mut rewriter, &answer), "2() D(row) Z(I) 2() Z(I)");
}

#[test]
fn an_error_ends_what_is_expected_up_to_the_next_sync() {
    let mut rewriter = prepared();
    to_server(&mut rewriter, &[BIND, SYNC, (b'P', b"s2\0X\0\0\0"), (b'D', b"Ss2\0"), SYNC]);
    let answer: &[(u8, &[u8])] = &[(b'E', b"no"), READY, (b'1', b""), (b't', b"\0\0"), (b'n', b""), READY];
    assert_eq!(to_driver(&mut rewriter, answer), "E(no) Z(I) 1() t(..) n() Z(I)");
}

#[test]
fn what_has_no_name_and_what_is_simple_stays_as_it_is() {
    let mut rewriter = prepared();
    let own: &[(u8, &[u8])] = &[
        (b'P', b"\0X\0\0\0"),
        (b'B', b"\0\0v"),
        (b'D', b"S\0"),
        SYNC,
        (b'Q', b"Y\0"),
        (b'C', b"Pp\0"),
        SYNC,
    ];
    assert_eq!(to_server(&mut rewriter, own), "P(.X...) B(..v) D(S.) S() Q(Y.) C(Pp.) S()");
    let answer: &[(u8, &[u8])] = &[
        (b'1', b""),
        (b'2', b""),
        (b't', b"\0\0"),
        (b'n', b""),
        READY,
        (b'T', b"\0\0"),
        READY,
        (b'3', b""),
        READY,
    ];
    assert_eq!(to_driver(&mut rewriter, answer), "1() 2() t(..) n() Z(I) T(..) Z(I) 3() Z(I)");
}

#[test]
fn other_columns_end_the_connection() {
    let mut rewriter = prepared();
    to_server(&mut rewriter, &[BIND, SYNC]);
    let other = column("n", b'C');
    let answer: &[(u8, &[u8])] =
        &[(b'1', b""), (b't', b"\0\x01\0\0\0A"), (b'T', &other), (b'2', b""), (b'D', b"row")];
    let (mut arrived, mut readable) = (messages(answer), BytesMut::new());
    rewriter.translate_answers(&mut arrived, &mut readable).unwrap();
    assert!(rewriter.is_over());
    let shown = show(readable);
    assert!(
        shown.starts_with("E(SFATAL.VFATAL.C0A000.Mthe.schema.has.changed") && !shown.contains("row"),
        "{shown}"
    );
}

#[test]
fn a_statement_that_was_closed_cannot_be_bound() {
    let mut rewriter = prepared();
    assert_eq!(to_server(&mut rewriter, &[(b'C', b"Ss1\0"), SYNC]), "C(S.) S()");
    rewriter.translate_requests(&mut messages(&[BIND]), &mut BytesMut::new()).unwrap_err();
}

/// After the login, with a copy as `s1`.
fn prepared_copy() -> Rewriter {
    let mut rewriter = Rewriter::default();
    to_driver(&mut rewriter, &[(b'R', b"\0\0\0\0"), READY]);
    to_server(&mut rewriter, &[(b'P', b"s1\0copy t from STDIN\0\0\0"), (b'D', b"Ss1\0"), SYNC]);
    to_driver(&mut rewriter, &[(b'1', b""), (b't', b"\0\0"), (b'n', b""), READY]);
    rewriter
}

#[test]
fn a_copy_is_synchronised_once_and_nothing_overtakes_its_end() {
    let mut rewriter = prepared_copy();
    let begin = to_server(&mut rewriter, &[BIND, (b'E', b"\0"), SYNC]);
    assert!(begin.ends_with("E(.)"), "{begin}");
    let parsed: &[(u8, &[u8])] = &[(b'1', b""), (b't', b"\0\0"), (b'n', b""), (b'2', b""), (b'G', b"")];
    assert_eq!(to_driver(&mut rewriter, parsed), "2() G()");
    let copy: &[(u8, &[u8])] = &[(b'd', b"row"), (b'c', b""), SYNC];
    assert_eq!(to_server(&mut rewriter, copy), "d(row) c() S()");
    let (mut given, mut outgoing) = (messages(&[(b'Q', b"X\0")]), BytesMut::new());
    rewriter.translate_requests(&mut given, &mut outgoing).unwrap();
    assert!(outgoing.is_empty());
    assert_eq!(to_driver(&mut rewriter, &[(b'E', b"no"), READY]), "E(no) Z(I)");
    rewriter.translate_requests(&mut given, &mut outgoing).unwrap();
    assert_eq!(show(outgoing), "Q(X.)");
}

#[test]
fn a_copy_that_is_refused_at_once_has_one_answer() {
    let mut rewriter = prepared_copy();
    to_server(&mut rewriter, &[BIND, (b'E', b"\0"), SYNC]);
    assert_eq!(to_driver(&mut rewriter, &[(b'E', b"no")]), "E(no)");
    assert_eq!(to_server(&mut rewriter, &[(b'f', b"\0"), SYNC]), "f(.) S()");
    assert_eq!(to_driver(&mut rewriter, &[READY]), "Z(I)");
    assert_eq!(to_server(&mut rewriter, &[(b'Q', b"X\0")]), "Q(X.)");
}

#[test]
fn only_a_copy_from_the_client_is_one() {
    for text in ["COPY t FROM STDIN", "copy \"stdout\" (a)\n from stdin with (format csv)"] {
        assert!(copies_in(text.as_bytes()), "{text}");
    }
    for text in [
        "COPY t TO STDOUT",
        "COPY (SELECT * FROM stdin) TO STDOUT",
        "SELECT 'COPY t FROM STDIN'",
        "COPY t FROM '/file'",
    ] {
        assert!(!copies_in(text.as_bytes()), "{text}");
    }
}

#[test]
fn what_the_server_refused_to_prepare_is_forgotten() {
    let mut rewriter = prepared();
    to_server(&mut rewriter, &[(b'P', b"s2\0SELEC\0\0\0"), (b'D', b"Ss2\0"), SYNC]);
    assert_eq!(rewriter.statements.len(), 2);
    to_driver(&mut rewriter, &[(b'E', b"\0"), READY]);
    assert_eq!(rewriter.statements.keys().collect::<Vec<_>>(), [&Bytes::from_static(b"s1")]);
}
