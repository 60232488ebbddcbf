use serde::Serialize;

/// A query, and what it found, as a tree for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Showcase {
    /// The query, as its author wrote it.
    pub query: String,
    /// What it found.
    pub nodes: Vec<Node>,
}

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    pub(crate) label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(skip)]
    pub(crate) tone: Tone,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<Node>,
}

/// How a status is coloured; the text says the same without colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    Neutral,
    /// Done, and well.
    Good,
    /// Under way.
    Active,
    /// Waiting for something.
    Waiting,
    /// Failed.
    Bad,
}

impl Node {
    /// A row with this text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), status: None, tone: Tone::Neutral, note: None, children: Vec::new() }
    }

    /// A word for the state that it is in.
    #[must_use]
    pub fn status(mut self, text: impl Into<String>, tone: Tone) -> Self {
        self.status = Some(text.into());
        self.tone = tone;
        self
    }

    /// A remark, after the status.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.note = Some(text.into());
        self
    }

    /// Rows below it, in their order.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }
}
