/// An extension that the schema needs.
///
/// It has no version: which ones a server offers is the server's matter, and an update is its administrator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The extension's name, such as `citext`.
    pub name: String,
    /// The namespace that its objects are put into; `None` leaves that to the server.
    pub namespace: Option<String>,
}

impl Extension {
    /// An extension whose objects are where the server puts them.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), namespace: None }
    }
}
