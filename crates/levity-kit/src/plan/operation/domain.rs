use levity::sql::{quote_ident, quote_name};

use super::{Kind, Operations};
use crate::{
    render::{self, alter_domain},
    step::DomainStep,
};

impl Operations<'_> {
    pub(super) fn push_domain_step(&mut self, step: &DomainStep) {
        match step {
            DomainStep::Create(domain) => self.push(Kind::Fresh, render::create_domain(domain)),
            DomainStep::Rename { previous, next } => {
                let action = format!("RENAME TO {}", quote_ident(&next.name));
                self.push(Kind::Short, alter_domain(previous, &action));
            }
            DomainStep::SetDefault { name, default } => {
                let action = format!("SET DEFAULT {}", render::default_value(&default.0));
                self.push(Kind::Short, alter_domain(name, &action));
            }
            DomainStep::DropDefault { name } => self.push(Kind::Short, alter_domain(name, "DROP DEFAULT")),
            DomainStep::SetNotNull { name, values } => {
                let kind = if values.is_empty() { Kind::Short } else { Kind::Long };
                self.push(kind, alter_domain(name, "SET NOT NULL"));
            }
            DomainStep::DropNotNull { name } => self.push(Kind::Short, alter_domain(name, "DROP NOT NULL")),
            DomainStep::AddCheck { name, check, values } if values.is_empty() => {
                self.push(Kind::Short, render::add_domain_check(name, check));
            }
            DomainStep::AddCheck { name, check, .. } => {
                let add = render::add_domain_check(name, check);
                self.push(Kind::Short, format!("{add} NOT VALID"));
                // Unlike the one of a table's check, this locks out the writers of every table that has the domain.
                let validate = format!("VALIDATE CONSTRAINT {}", quote_ident(&check.name));
                self.push(Kind::Long, alter_domain(name, &validate));
            }
            DomainStep::RenameCheck { name, previous, next } => {
                let action = format!("RENAME CONSTRAINT {} TO {}", quote_ident(previous), quote_ident(next));
                self.push(Kind::Short, alter_domain(name, &action));
            }
            DomainStep::DropCheck { name, check } => {
                let action = format!("DROP CONSTRAINT {}", quote_ident(check));
                self.push(Kind::Short, alter_domain(name, &action));
            }
            DomainStep::Drop { name } => self.push(Kind::Short, format!("DROP DOMAIN {}", quote_name(name))),
        }
    }
}
