use levity::{PgEnum, Table};

mod twice {
    use super::*;

    #[derive(Table)]
    pub struct Author {
        #[column(primary_key)]
        pub id: i64,
    }

    levity::schema! { Author, Author }
}

mod no_object {
    use super::*;

    #[derive(Debug, Clone, Copy, PgEnum)]
    pub enum Genre {
        Novel,
    }

    levity::schema! { Genre }
}

fn main() {}
