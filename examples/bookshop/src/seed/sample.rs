use chrono::NaiveDate;

use crate::schema::Format;

/// The names of categories, and of those that they are within; those come first.
pub(super) const CATEGORIES: [(&str, Option<&str>); 6] = [
    ("Fiction", None),
    ("Crime", Some("Fiction")),
    ("Fantasy", Some("Fiction")),
    ("Comic fantasy", Some("Fantasy")),
    ("Science", None),
    ("Computing", Some("Science")),
];

/// Names and years of birth.
pub(super) const AUTHORS: [(&str, Option<i16>); 6] = [
    ("Neil Gaiman", Some(1960)),
    ("Terry Pratchett", Some(1948)),
    ("Dorothy L. Sayers", Some(1893)),
    ("Brian Kernighan", Some(1942)),
    ("Dennis Ritchie", Some(1941)),
    ("Rob Pike", None),
];

pub(super) const SHOPS: [&str; 2] = ["Harbour", "Station"];

pub(super) struct Sample {
    pub(super) isbn: &'static str,
    pub(super) title: &'static str,
    pub(super) category: &'static str,
    pub(super) format: Format,
    pub(super) price: &'static str,
    published: Option<(i32, u32, u32)>,
    pub(super) keywords: &'static [&'static str],
    pub(super) authors: &'static [&'static str],
    pub(super) stock: &'static [Stocked],
}

/// The shop, the copies that it has, and its sales: on which day of March, how many copies.
pub(super) struct Stocked(pub(super) &'static str, pub(super) i32, pub(super) &'static [(u32, i32)]);

impl Sample {
    pub(super) fn published_on(&self) -> Option<NaiveDate> {
        let (year, month, day) = self.published?;
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

pub(super) const BOOKS: [Sample; 6] = [
    Sample {
        isbn: "9780060853983",
        title: "Good Omens",
        category: "Comic fantasy",
        format: Format::Paperback,
        price: "9.99",
        published: Some((1990, 5, 10)),
        keywords: &["angels", "england"],
        authors: &["Terry Pratchett", "Neil Gaiman"],
        stock: &[Stocked("Harbour", 4, &[(2, 1), (9, 2)]), Stocked("Station", 1, &[(3, 3)])],
    },
    Sample {
        isbn: "9780552166591",
        title: "The Colour of Magic",
        category: "Comic fantasy",
        format: Format::Hardcover,
        price: "14.50",
        published: Some((1983, 11, 24)),
        keywords: &["wizards"],
        authors: &["Terry Pratchett"],
        stock: &[Stocked("Harbour", 0, &[(5, 2)])],
    },
    Sample {
        isbn: "9780450021541",
        title: "Gaudy Night",
        category: "Crime",
        format: Format::Paperback,
        price: "8.00",
        published: Some((1935, 11, 4)),
        keywords: &["oxford", "england"],
        authors: &["Dorothy L. Sayers"],
        stock: &[Stocked("Station", 3, &[(11, 1)])],
    },
    Sample {
        isbn: "9780131103627",
        title: "The C Programming Language",
        category: "Computing",
        format: Format::Paperback,
        price: "39.90",
        published: Some((1978, 2, 22)),
        keywords: &["c", "unix"],
        authors: &["Brian Kernighan", "Dennis Ritchie"],
        stock: &[Stocked("Harbour", 2, &[(4, 1)]), Stocked("Station", 2, &[(20, 1)])],
    },
    Sample {
        isbn: "9780201615869",
        title: "The Practice of Programming",
        category: "Computing",
        format: Format::Ebook,
        price: "24.00",
        published: Some((1999, 2, 4)),
        keywords: &["c"],
        authors: &["Brian Kernighan", "Rob Pike"],
        stock: &[Stocked("Station", 100, &[(21, 1)])],
    },
    Sample {
        isbn: "9780000000002",
        title: "The Next One",
        category: "Crime",
        format: Format::Hardcover,
        price: "24.00",
        published: None,
        keywords: &[],
        authors: &[],
        stock: &[],
    },
];
