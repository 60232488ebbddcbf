use std::time::Duration;

use super::*;

fn stage(options: StageOptions, statements: &[&str]) -> Stage {
    Stage { options, statements: statements.iter().map(ToString::to_string).collect() }
}

fn full() -> MigrationFile {
    MigrationFile {
        header: vec!["Adds things.".into(), String::new(), "> not a marker".into(), " indented".into()],
        stages: vec![
            stage(
                StageOptions {
                    lock_timeout: Some(Duration::from_secs(3)),
                    hazards: vec!["data-loss".into()],
                    acknowledged: vec!["data-loss".into(), "drop of \"a\", b".into()],
                    reason: Some("unused, says \"b\"".into()),
                    ..StageOptions::default()
                },
                &["-- why\nALTER TABLE a\n  ADD b text;", "SELECT '\n -->  no marker'"],
            ),
            stage(
                StageOptions {
                    transaction: false,
                    lock_timeout: Some(Duration::from_millis(1500)),
                    builds_index: Some(ObjectName { namespace: Some("b c".into()), name: "a\"=.é".into() }),
                    ..StageOptions::default()
                },
                &["CREATE INDEX CONCURRENTLY x ON a (b)"],
            ),
            stage(StageOptions::default(), &["SELECT 1"]),
        ],
    }
}

#[test]
fn what_is_rendered_reads_back_equal() {
    let plain =
        StageOptions { transaction: false, builds_index: Some("a_idx".into()), ..StageOptions::default() };
    for file in [
        full(),
        MigrationFile::default(),
        MigrationFile { header: vec!["only".into()], stages: vec![] },
        MigrationFile { header: vec![], stages: vec![stage(StageOptions::default(), &["-- c\nSELECT 1"])] },
        MigrationFile {
            header: vec!["h".into()],
            stages: vec![stage(StageOptions::default(), &["-- c\nSELECT 1", "SELECT 2"])],
        },
        MigrationFile { header: vec![], stages: vec![stage(plain, &["-- c\nSELECT 1"])] },
    ] {
        let text = file.render().unwrap();
        assert_eq!(MigrationFile::parse(&text).unwrap(), file, "{text}");
    }
}

#[test]
fn whatever_can_be_rendered_reads_back_equal() {
    // A linear congruential generator: the same texts in every run.
    let mut state = 1_u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let alphabet: Vec<char> = "ab_A1.,\"'= \t\n\r->;é\u{feff}".chars().collect();
    let mut rendered = 0;
    for _ in 0..20_000 {
        let mut text = |longest| -> String {
            (0..next(longest))
                .map(|_| alphabet[usize::try_from(next(alphabet.len() as u64)).unwrap()])
                .collect()
        };
        let name = ObjectName { namespace: Some(text(4)).filter(|name| !name.is_empty()), name: text(5) };
        let (header, hazard, reason, statement, second) = (text(6), text(6), text(6), text(8), text(8));
        // What was read has a checksum, even when it would be written in another way.
        for stage in MigrationFile::parse(&text(12)).unwrap_or_default().stages {
            stage_checksum(&stage).unwrap();
        }
        let transaction = next(2) == 0;
        let acknowledged = next(2) == 0;
        let options = StageOptions {
            transaction,
            lock_timeout: (next(2) == 0).then(|| Duration::from_millis(next(5_000))),
            builds_index: (!transaction).then_some(name),
            on_partitions: !transaction && next(2) == 0,
            hazards: if next(2) == 0 { vec!["y".into()] } else { vec![] },
            acknowledged: if acknowledged { vec![hazard, "x".into()] } else { vec![] },
            reason: acknowledged.then_some(reason),
        };
        let mut stages = vec![stage(StageOptions::default(), &[&second]), stage(options, &[&statement])];
        stages.truncate(usize::try_from(next(3)).unwrap());
        if next(2) == 0 {
            stages.reverse();
        }
        let file = MigrationFile { header: if next(2) == 0 { vec![header] } else { vec![] }, stages };
        if let Ok(text) = file.render() {
            rendered += 1;
            assert_eq!(MigrationFile::parse(&text).as_ref(), Ok(&file), "{text:?}");
        }
    }
    assert!(rendered > 5_000, "{rendered}");
}

#[test]
fn the_rendered_text_is_stable() {
    insta::assert_snapshot!(full().render().unwrap(), @r#"
    -- Adds things.
    --
    -- > not a marker
    --  indented

    --> stage lock_timeout=3s hazards=data-loss acknowledged=data-loss,"drop of ""a"", b" reason="unused, says ""b"""
    -- why
    ALTER TABLE a
      ADD b text;
    --> statement-breakpoint
    SELECT '
     -->  no marker'

    --> stage transaction=off lock_timeout=1500ms index="b c"."a""=.é"
    CREATE INDEX CONCURRENTLY x ON a (b)

    --> stage
    SELECT 1
    "#);
}

#[test]
fn line_endings_and_byte_order_marks_change_nothing() {
    let text = full().render().unwrap();
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(MigrationFile::parse(&windows).unwrap(), full());
    assert_eq!(checksum(&normalise(&windows)), checksum(&text));
}

#[test]
fn a_file_without_stage_lines_is_one_transaction() {
    let file =
        MigrationFile::parse("-- h\nSELECT 1;\n--> statement-breakpoint  \n\n  SELECT 2;\n\n").unwrap();
    assert_eq!(file.header, ["h"]);
    assert_eq!(file.stages, [stage(StageOptions::default(), &["SELECT 1;", "SELECT 2;"])]);
}

#[test]
fn statements_before_the_first_stage_line_are_a_stage() {
    let file = MigrationFile::parse("\n-- c\nSELECT 1;\n--> stage transaction=off\nVACUUM").unwrap();
    assert_eq!(file.header, [""; 0]);
    assert_eq!(file.stages[0], stage(StageOptions::default(), &["-- c\nSELECT 1;"]));
    assert!(!file.stages[1].options.transaction);
}

#[test]
fn statements_keep_their_place() {
    let text = "-- h\n\n  é;\n--> statement-breakpoint\n\n b\n--> stage\nc";
    let parsed = parse(text).unwrap();
    let found: Vec<Vec<&str>> = parsed
        .offsets
        .iter()
        .map(|stage| stage.iter().map(|&at| text[at..].lines().next().unwrap()).collect())
        .collect();
    assert_eq!(found, [vec!["é;", "b"], vec!["c"]]);
}

#[test]
fn errors_name_the_line() {
    let errors: Vec<String> = [
        "--> breakpoint",
        "--> statement-breakpoint",
        "a\n--> statement-breakpoint\n",
        "a\n--> statement-breakpoint\n--> statement-breakpoint\nb",
        "--> stage\n--> stage\na",
        "a\n--> stage",
        "--> stages\na",
        "\n--> stage transaction=off\na\n--> statement-breakpoint\nb",
        "a\nb\rc",
        "a\n\0",
        "--> stage speed=fast\na",
        "--> stage transaction=no\na",
        "--> stage transaction=on transaction=on\na",
        "--> stage lock_timeout=3\na",
        "--> stage lock_timeout=0s\na",
        "--> stage lock_timeout=600000min\na",
        "--> stage transaction=off index=a.b.c\na",
        "--> stage transaction=off index=Upper\na",
        "--> stage transaction=off index=\"open\na",
        "--> stage transaction=off index=a\"b\"\na",
        "--> stage index=a\na",
        "--> stage transaction=off partitions=concurrently\na",
        "--> stage transaction=off index=a partitions=on\na",
        "--> stage acknowledged=a,,b\na",
        "--> stage acknowledged=\na",
        "--> stage hazards=a,,b\na",
        "--> stage acknowledged=a\na",
        "--> stage reason=a\na",
        "--> stage acknowledged=a reason=b,c\na",
        "--> stage acknowledged=a reason=\"\"\na",
        "--> stage quick\na",
    ]
    .iter()
    .map(|text| MigrationFile::parse(text).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn hazard_is_acknowledged_by_its_name() {
    let text = "--> stage hazards=data-loss,table-rewrite acknowledged=data-loss reason=unused\na";
    let file = MigrationFile::parse(text).unwrap();
    assert_eq!(file.stages[0].options.unacknowledged().collect::<Vec<_>>(), ["table-rewrite"]);
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let one = |statement: &str| MigrationFile {
        header: vec![],
        stages: vec![stage(StageOptions::default(), &["SELECT 1", statement])],
    };
    let with = |options: StageOptions, statements: &[&str]| MigrationFile {
        header: vec![],
        stages: vec![stage(options, statements)],
    };
    let outside = StageOptions { transaction: false, ..StageOptions::default() };
    let errors: Vec<String> = [
        one("SELECT '\n--> stage'"),
        one("SELECT 1\n--> statement-breakpoint"),
        one(" SELECT 1"),
        one(""),
        one("SELECT '\r\n'"),
        one("\0"),
        with(StageOptions::default(), &[]),
        with(outside.clone(), &["a", "b"]),
        with(StageOptions { builds_index: Some("a".into()), ..StageOptions::default() }, &["a"]),
        with(StageOptions { builds_index: Some("".into()), ..outside.clone() }, &["a"]),
        with(StageOptions { on_partitions: true, ..outside.clone() }, &["a"]),
        with(StageOptions { lock_timeout: Some(Duration::from_nanos(1)), ..outside.clone() }, &["a"]),
        with(StageOptions { lock_timeout: Some(Duration::ZERO), ..outside }, &["a"]),
        with(StageOptions { hazards: vec!["a\nb".into()], ..StageOptions::default() }, &["a"]),
        with(StageOptions { acknowledged: vec!["a".into()], ..StageOptions::default() }, &["a"]),
        with(StageOptions { reason: Some("a".into()), ..StageOptions::default() }, &["a"]),
        with(
            StageOptions {
                acknowledged: vec!["a".into()],
                reason: Some("b\nc".into()),
                ..StageOptions::default()
            },
            &["a"],
        ),
        MigrationFile { header: vec!["a".into(), "b\nc".into()], stages: vec![] },
    ]
    .iter()
    .map(|file| file.render().unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}
