//! A report on the bookshop, and a day of its life: `DATABASE_URL=$(cargo db url --reveal) cargo run`.

use std::{error::Error, process::ExitCode};

use bookshop::{
    catalog, connect,
    sales::{sell, top_authors},
    stock,
};
use levity::Config;

#[tokio::main]
async fn main() -> ExitCode {
    match report().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn report() -> Result<(), Box<dyn Error + Send + Sync>> {
    let db = connect(Config::from_env()?).await?;

    println!("Authors by sales");
    for author in top_authors(&db, 3).await? {
        println!("  {:<18} {:>3} copies {:>8}", author.author, author.copies, author.revenue);
    }

    println!("\nShelves");
    for shelf in catalog::shelves(&db).await? {
        println!("  {}{}", "  ".repeat(usize::try_from(shelf.depth)?), shelf.name);
    }

    println!("\nBooks");
    for book in catalog::books_with_authors(&db).await? {
        let authors: Vec<&str> = book.authors.iter().map(|author| &*author.name).collect();
        let authors = if authors.is_empty() { "to be announced".to_owned() } else { authors.join(", ") };
        println!("  {}: {authors}", book.title);
    }

    println!("\nThe dearest first, two on a page");
    let (mut number, mut place) = (1, None);
    loop {
        let (books, next) = catalog::page(&db, place, 2).await?;
        if books.is_empty() {
            break;
        }
        let titles: Vec<String> = books.iter().map(|book| format!("{} {}", book.price, book.title)).collect();
        println!("  page {number}: {}", titles.join(", "));
        (number, place) = (number + 1, next);
    }

    println!("\nTo be ordered");
    let low = stock::low(&db).await?;
    for row in &low {
        println!("  {}: {} ({} left)", row.shop.name, row.book.title, row.quantity);
    }

    println!("\nA customer");
    for row in &low {
        let outcome = match sell(&db, row.shop_id, row.book_id, 1).await? {
            Some(sale) => {
                stock::deliver(&db, sale.shop_id, sale.book_id, sale.quantity).await?;
                format!("bought one for {}; another one was delivered", sale.unit_price)
            }
            None => "found none left".to_owned(),
        };
        println!("  {}: {} {outcome}", row.shop.name, row.book.title);
    }
    db.close().await;
    Ok(())
}
