use super::{Parameter, Statement, quote_ident};
use crate::query::{Expr, Fragment, OrderBy, Select, Source, UnaryOperator};

/// Collects the text of a statement and the values of its placeholders.
#[derive(Default)]
pub(crate) struct Writer {
    sql: String,
    parameters: Vec<Parameter>,
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
        self.sql.push_str(&quote_ident(name));
        self
    }

    pub(crate) fn column(&mut self, table: &str, name: &str) -> &mut Self {
        self.ident(table).text(".").ident(name)
    }

    pub(crate) fn parameter(&mut self, value: Parameter) -> &mut Self {
        self.parameters.push(value);
        let placeholder = format!("${}", self.parameters.len());
        self.text(&placeholder)
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
            Expr::Unary(operator, operand) => {
                self.text("(");
                if *operator == UnaryOperator::Not {
                    self.text("NOT ");
                }
                self.expr(operand);
                self.text(match operator {
                    UnaryOperator::Not => ")",
                    UnaryOperator::IsNull => " IS NULL)",
                    UnaryOperator::IsNotNull => " IS NOT NULL)",
                });
            }
            Expr::Binary(left, operator, right) => {
                self.text("(");
                self.expr(left);
                self.text(" ").text(operator.as_str()).text(" ");
                self.expr(right);
                self.text(")");
            }
            Expr::EqualsAny(left, array) => {
                self.text("(");
                self.expr(left);
                self.text(" = ANY(").parameter(array.clone()).text("))");
            }
            Expr::All(conditions) => self.connected(conditions, " AND ", "true"),
            Expr::Any(conditions) => self.connected(conditions, " OR ", "false"),
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
                writer.text(if criterion.descending { " DESC" } else { "" });
            });
        }
        self
    }

    pub(crate) fn limits(&mut self, select: &Select) -> &mut Self {
        for (keyword, count) in [(" LIMIT ", select.limit), (" OFFSET ", select.offset)] {
            if let Some(count) = count {
                self.text(keyword).parameter(std::sync::Arc::new(count));
            }
        }
        self
    }
}
