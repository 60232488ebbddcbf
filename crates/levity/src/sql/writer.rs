use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use super::{Parameter, Statement, ident::push_ident};
use crate::query::{Call, CteId, Expr, Fragment, Nulls, OrderBy, Rows, Source, Window};

/// Collects the text of a statement and the values of its placeholders.
#[derive(Default)]
pub(crate) struct Writer {
    sql: String,
    parameters: Vec<Parameter>,
    /// The placeholder of each value, by where the value is.
    placeholders: HashMap<usize, usize>,
    /// How many placeholders there are in the text.
    bound: usize,
    /// The numbers of the common table expressions, in the order in which they are mentioned.
    ctes: HashMap<CteId, usize>,
    /// Whether columns are written without their tables.
    bare: bool,
}

impl Writer {
    pub(crate) fn finish(self) -> Statement {
        Statement { sql: self.sql, parameters: self.parameters }
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.sql.push_str(text);
        self
    }

    pub(crate) fn ident(&mut self, name: &str) -> &mut Self {
        push_ident(&mut self.sql, name);
        self
    }

    /// The name of a common table expression. It is not that of its rows, which can be a table's that the statement reads too.
    pub(crate) fn cte_name(&mut self, id: CteId, rows: &str) -> &mut Self {
        let next = self.ctes.len();
        let number = *self.ctes.entry(id).or_insert(next);
        self.ident(&format!("{rows} {number}"))
    }

    pub(crate) fn column(&mut self, table: &str, name: &str) -> &mut Self {
        if self.bare { self.ident(name) } else { self.ident(table).text(".").ident(name) }
    }

    /// Writes something where columns stand without their tables, and says whether it binds a value.
    pub(crate) fn bare(&mut self, write: impl FnOnce(&mut Self)) -> bool {
        let (bare, before) = (std::mem::replace(&mut self.bare, true), self.bound);
        write(self);
        self.bare = bare;
        self.bound > before
    }

    /// A placeholder. That of a clone is the same, because PostgreSQL only takes an expression for the one that it groups or
    /// sorts by when their placeholders are.
    pub(crate) fn parameter(&mut self, value: Parameter) -> &mut Self {
        self.bound += 1;
        let number = *self.placeholders.entry(Arc::as_ptr(&value).cast::<()>().addr()).or_insert_with(|| {
            self.parameters.push(value);
            self.parameters.len()
        });
        // Writing to a `String` cannot fail.
        let _ = write!(self.sql, "${number}");
        self
    }

    /// Writes every item, with the separator between them.
    pub(crate) fn list<T>(
        &mut self,
        separator: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.text(separator);
            }
            write(self, item);
        }
        self
    }

    /// The table, named so that its columns can be qualified with its alias.
    pub(crate) fn source(&mut self, source: &Source) -> &mut Self {
        if let Some(namespace) = source.namespace {
            self.ident(namespace).text(".");
        }
        self.ident(source.table);
        if source.namespace.is_some() || source.alias != source.table {
            self.text(" AS ").ident(source.alias);
        }
        self
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Column { table, name } => {
                self.column(table, name);
            }
            Expr::Parameter(value) => {
                self.parameter(value.clone());
            }
            Expr::Operation(fragments) => {
                self.text("(");
                for fragment in fragments {
                    match fragment {
                        Fragment::Text(text) => {
                            self.text(text);
                        }
                        Fragment::Expr(expr) => self.expr(expr),
                    }
                }
                self.text(")");
            }
            Expr::Call(call) => self.call(call),
            Expr::All(conditions) => self.connected(conditions, " AND ", "true"),
            Expr::Any(conditions) => self.connected(conditions, " OR ", "false"),
            Expr::Query(query) => {
                self.text("(");
                self.select(query);
                self.text(")");
            }
            Expr::Sql(fragments) => {
                self.text("(");
                self.fragments(fragments);
                // A comment of the caller's ends with its line.
                let comment = fragments
                    .iter()
                    .any(|fragment| matches!(fragment, Fragment::Text(text) if text.contains("--")));
                self.text(if comment { "\n)" } else { ")" });
            }
        }
    }

    /// A caller's text as it stands. A text within a text is part of it and gets no parentheses.
    pub(crate) fn fragments(&mut self, fragments: &[Fragment]) {
        for fragment in fragments {
            match fragment {
                Fragment::Text(text) => {
                    self.text(text);
                }
                Fragment::Expr(Expr::Sql(inner)) => self.fragments(inner),
                Fragment::Expr(expr) => self.expr(expr),
            }
        }
    }

    fn call(&mut self, call: &Call) {
        self.text(call.name).text(if call.distinct { "(DISTINCT " } else { "(" });
        if call.name == "count" && call.arguments.is_empty() {
            self.text("*");
        }
        self.list(", ", &call.arguments, Self::expr);
        self.order_by(&call.order_by).text(")");
        if let Some(condition) = &call.filter {
            self.text(" FILTER (").filter("WHERE ", Some(condition)).text(")");
        }
        if let Some(window) = &call.over {
            self.window(window);
        }
    }

    fn window(&mut self, window: &Window) {
        self.text(" OVER (");
        if !window.partition_by.is_empty() {
            self.text("PARTITION BY ").list(", ", &window.partition_by, Self::expr);
        }
        self.order_by(&window.order_by);
        if !window.frame.is_empty() {
            self.text(" ").fragments(&window.frame);
        }
        self.text(")");
    }

    fn connected(&mut self, conditions: &[Expr], connective: &str, empty: &str) {
        if conditions.is_empty() {
            self.text(empty);
            return;
        }
        self.text("(").list(connective, conditions, Self::expr).text(")");
    }

    pub(crate) fn filter(&mut self, keyword: &str, filter: Option<&Expr>) -> &mut Self {
        if let Some(condition) = filter {
            self.text(keyword).text("(");
            self.expr(condition);
            self.text(")");
        }
        self
    }

    pub(crate) fn order_by(&mut self, order: &[OrderBy]) -> &mut Self {
        if !order.is_empty() {
            self.text(" ORDER BY ").list(", ", order, |writer, criterion| {
                writer.expr(&criterion.expr);
                writer.direction(criterion);
            });
        }
        self
    }

    /// What stands behind an expression that is sorted by.
    pub(crate) fn direction(&mut self, criterion: &OrderBy) -> &mut Self {
        self.text(if criterion.descending { " DESC" } else { "" });
        self.text(match criterion.nulls {
            None => "",
            Some(Nulls::First) => " NULLS FIRST",
            Some(Nulls::Last) => " NULLS LAST",
        })
    }

    pub(crate) fn limits(&mut self, rows: &Rows) -> &mut Self {
        self.limit(rows.limit, rows.offset)
    }

    pub(crate) fn limit(&mut self, limit: Option<i64>, offset: Option<i64>) -> &mut Self {
        for (keyword, count) in [(" LIMIT ", limit), (" OFFSET ", offset)] {
            if let Some(count) = count {
                self.text(keyword).parameter(Arc::new(count));
            }
        }
        self
    }
}
