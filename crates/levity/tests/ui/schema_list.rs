use levity::{PgEnum, Table};

mod twice {
    use super::*;

    #[derive(Table)]
    pub struct Author {
        #[column(primary_key)]
        pub id: i64,
    }

    levity::schema! { Author, extension("citext"), Author, extension("citext") }
}

mod unknown {
    levity::schema! { extention("citext") }
}

mod version {
    levity::schema! { extension("citext", version = "1.6") }
}

mod unnamed {
    levity::schema! { namespace("") }
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
