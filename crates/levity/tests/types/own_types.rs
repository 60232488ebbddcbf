//! Types that implement the traits by hand: a composite type, and one that is asked about its domain.

use levity::{
    PgNewtype, Table, eq,
    schema::SqlType,
    types::{
        ArrayElement, BoxError, BytesMut, ColumnType, FromSql, IsNull, Kind, Multirange, Range, ToSql, Type,
        to_sql_checked,
    },
};

use crate::support::{chain, client, create, database};

/// A composite type of a number and a text.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    number: i32,
    street: String,
}

impl ColumnType for Place {
    fn sql_type() -> SqlType {
        SqlType::parse("place")
    }
}

impl ArrayElement for Place {}

fn fields(ty: &Type) -> Result<[&Type; 2], BoxError> {
    match ty.kind() {
        Kind::Composite(fields) => match fields.as_slice() {
            [number, street] => Ok([number.type_(), street.type_()]),
            _ => Err("`place` has two fields".into()),
        },
        _ => Err("`place` is not a composite type".into()),
    }
}

impl ToSql for Place {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        let values: [&dyn ToSql; 2] = [&self.number, &self.street];
        out.extend_from_slice(&2_i32.to_be_bytes());
        for (ty, value) in fields(ty)?.into_iter().zip(values) {
            out.extend_from_slice(&ty.oid().to_be_bytes());
            let mut encoded = BytesMut::new();
            value.to_sql_checked(ty, &mut encoded)?;
            out.extend_from_slice(&i32::try_from(encoded.len())?.to_be_bytes());
            out.extend_from_slice(&encoded);
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "place"
    }

    to_sql_checked!();
}

impl<'row> FromSql<'row> for Place {
    fn from_sql(ty: &Type, raw: &'row [u8]) -> Result<Self, BoxError> {
        let [number, street] = fields(ty)?;
        let (first, second) = raw[12..].split_at(4);
        Ok(Self { number: i32::from_sql(number, first)?, street: String::from_sql(street, &second[8..])? })
    }

    fn accepts(ty: &Type) -> bool {
        ty.name() == "place"
    }
}

/// A text that insists on its domain.
#[derive(Debug, Clone, PartialEq)]
struct Email(String);

impl ColumnType for Email {
    fn sql_type() -> SqlType {
        SqlType::parse("email")
    }
}

impl ToSql for Email {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        assert!(matches!(ty.kind(), Kind::Domain(_)), "the domain comes first");
        self.0.to_sql(&Type::TEXT, out)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(ty.kind(), Kind::Domain(_)) && ty.name() == "email"
    }

    to_sql_checked!();
}

/// A range of the schema's own, over texts.
#[derive(Debug, Clone, PartialEq, PgNewtype)]
#[pg_newtype(sql_type = "letters")]
struct Letters(Range<String>);

#[derive(Debug, Clone, PartialEq, Table)]
#[table(name = "shops", has_many(branches = Shop::parent_id))]
struct Shop {
    #[column(primary_key)]
    id: i32,
    #[column(references(Shop::id))]
    parent_id: Option<i32>,
    place: Place,
    places: Vec<Option<Place>>,
    letters: Letters,
    open: Option<Multirange<i64>>,
}

levity::schema! { Shop }

const TYPES: &str = "
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TYPE place AS (number integer, street text);
    CREATE TYPE letters AS RANGE (subtype = text);";

fn place(street: &str) -> Place {
    Place { number: 7, street: street.to_owned() }
}

#[tokio::test]
async fn a_type_of_ones_own_is_stored_and_loaded_like_any_other() {
    let (_guard, db) = database().await;
    client(&db).await.batch_execute(TYPES).await.unwrap();
    create::<Shop>(&db).await;
    let letters = Letters(Range::from("a".to_owned().."it's \",)".to_owned()));
    let open: Multirange<i64> = [1..5, 9..i64::MAX].into_iter().collect();
    let shop = || {
        NewShop::builder()
            .parent_id(1)
            .place(place("Ü (,\")"))
            .places([None, Some(place(""))])
            .letters(letters.clone())
            .open(open.clone())
    };
    let stored = db.insert(shop().id(1).build()).returning().await.unwrap();
    assert_eq!(
        (&stored.place, &stored.letters, &stored.open),
        (&place("Ü (,\")"), &letters, &Some(open.clone()))
    );
    assert_eq!(stored.places, [None, Some(place(""))]);
    let conditions = eq(Shop::letters, letters.clone()).and(eq(Shop::places, stored.places.clone()));
    let loaded = db.select::<Shop>().filter(conditions).with(Shop::branches()).one().await.unwrap();
    assert_eq!(loaded.branches, [stored]);

    let nul = Letters(Range::from("a".to_owned().."b\0".to_owned()));
    for new in
        [shop().id(2).place(place("\0")), shop().id(2).places([Some(place("\0"))]), shop().id(2).letters(nul)]
    {
        let error = db.insert(new.build()).execute().await.unwrap_err();
        assert!(chain(&error).contains("U+0000"), "{}", chain(&error));
    }
}

#[tokio::test]
async fn a_type_that_knows_its_domain_is_asked_about_the_domain() {
    let (_guard, db) = database().await;
    client(&db).await.batch_execute(TYPES).await.unwrap();
    let email = Email("a@b".to_owned());
    let (stored,) = db.query_as::<(String,)>(levity::sql!("select {email}::email")).one().await.unwrap();
    assert_eq!(stored, "a@b");
}
