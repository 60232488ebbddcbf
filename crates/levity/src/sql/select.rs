//! The text of queries.

use super::writer::Writer;
use crate::query::{Body, Cte, CteQuery, Distinct, FromItem, Join, Lock, Select, SetQuery};

impl Writer {
    pub(crate) fn select(&mut self, select: &Select) -> &mut Self {
        self.with(&select.with).text("SELECT ");
        match &select.distinct {
            Distinct::No => {}
            Distinct::Rows => {
                self.text("DISTINCT ");
            }
            Distinct::On(expressions) => {
                self.text("DISTINCT ON (").list(", ", expressions, Self::expr).text(") ");
            }
        }
        self.list(", ", &select.columns, Self::expr).text(" FROM ").source_item(&select.from);
        for join in &select.joins {
            self.join(join);
        }
        self.filter(" WHERE ", select.rows.filter.as_ref());
        if !select.group_by.is_empty() {
            self.text(" GROUP BY ").list(", ", &select.group_by, Self::expr);
        }
        self.filter(" HAVING ", select.having.as_ref());
        self.order_by(&select.rows.order_by).limits(&select.rows);
        if let Some(lock) = &select.lock {
            self.lock(lock);
        }
        self
    }

    pub(crate) fn with(&mut self, ctes: &[Cte]) -> &mut Self {
        if ctes.is_empty() {
            return self;
        }
        // The keyword only allows a query to mention itself.
        let recursive = ctes.iter().any(|cte| matches!(cte.query, CteQuery::Recursive { .. }));
        self.text(if recursive { "WITH RECURSIVE " } else { "WITH " });
        self.list(", ", ctes, Self::cte).text(" ")
    }

    fn cte(&mut self, cte: &Cte) {
        self.cte_name(cte.id, cte.name).text(" (").list(", ", cte.columns, |writer, name| {
            writer.ident(name);
        });
        self.text(match cte.materialized {
            None => ") AS (",
            Some(true) => ") AS MATERIALIZED (",
            Some(false) => ") AS NOT MATERIALIZED (",
        });
        match &cte.query {
            CteQuery::Plain(body) => self.body(body),
            CteQuery::Recursive { initial, distinct, step } => {
                self.operand(initial).text(if *distinct { " UNION " } else { " UNION ALL " }).operand(step)
            }
        };
        self.text(")");
    }

    pub(crate) fn body(&mut self, body: &Body) -> &mut Self {
        match body {
            Body::Select(select) => self.select(select),
            Body::Set(set) => self.set(set),
            Body::Sql(fragments) => {
                self.fragments(fragments);
                self.text("\n")
            }
        }
    }

    /// A query as a part of a larger one, whose order and limit are its own.
    fn operand(&mut self, body: &Body) -> &mut Self {
        self.text("(").body(body).text(")")
    }

    pub(crate) fn set(&mut self, set: &SetQuery) -> &mut Self {
        self.with(&set.with).operand(&set.left).text(" ").text(set.operator).text(" ").operand(&set.right);
        if !set.order_by.is_empty() {
            self.text(" ORDER BY ").list(", ", &set.order_by, |writer, (position, descending)| {
                writer.text(&position.to_string()).text(if *descending { " DESC" } else { "" });
            });
        }
        self.limit(set.limit, set.offset)
    }

    pub(crate) fn source_item(&mut self, from: &FromItem) -> &mut Self {
        match from {
            FromItem::Table(source) => self.source(source),
            FromItem::Cte { id, alias } => self.cte_name(*id, alias).text(" AS ").ident(alias),
            FromItem::Query { query, lateral, alias, columns } => {
                self.text(if *lateral { "LATERAL (" } else { "(" }).body(query).text(") AS ").ident(alias);
                self.text(" (").list(", ", *columns, |writer, name| {
                    writer.ident(name);
                });
                self.text(")")
            }
        }
    }

    pub(crate) fn join(&mut self, join: &Join) -> &mut Self {
        self.text(" ").text(join.kind).text(" JOIN ").source_item(&join.from);
        self.filter(" ON ", join.on.as_ref())
    }

    fn lock(&mut self, lock: &Lock) {
        self.text(" FOR ").text(lock.strength);
        if !lock.of.is_empty() {
            self.text(" OF ").list(", ", &lock.of, |writer, table| {
                writer.ident(table);
            });
        }
        if let Some(wait) = lock.wait {
            self.text(" ").text(wait);
        }
    }
}
