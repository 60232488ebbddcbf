use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A node of a workflow's graph, in the form that visual editors such as React Flow read and write.
///
/// Fields that are not listed here survive a round trip in `other`; a position has `x` and `y` and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Identifies the node within its workflow; steps refer to it.
    pub id: String,
    /// What the node does, `type` in JSON: the engine's word for it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The node's settings.
    #[serde(default = "empty_object")]
    pub data: Value,
    /// Where an editor draws it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Every other field.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Node {
    /// A node without settings.
    pub fn new(id: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { id: id.into(), kind: kind.into(), data: empty_object(), position: None, other: Map::new() }
    }

    /// The node with these settings.
    #[must_use]
    pub fn data(mut self, data: Value) -> Self {
        self.data = data;
        self
    }

    /// The node at this place of the drawing.
    #[must_use]
    pub fn at(mut self, x: f64, y: f64) -> Self {
        self.position = Some(Position { x, y });
        self
    }
}

/// A place in an editor's drawing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// An edge of a workflow's graph: `source` comes before `target`.
///
/// Fields that are not listed here, such as `label` or `sourceHandle`, survive a round trip in `other`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Identifies the edge within its workflow.
    pub id: String,
    /// The `id` of the node that it leaves.
    pub source: String,
    /// The `id` of the node that it enters.
    pub target: String,
    /// Every other field.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Edge {
    /// An edge from one node to another.
    pub fn new(id: impl Into<String>, source: impl Into<String>, target: impl Into<String>) -> Self {
        Self { id: id.into(), source: source.into(), target: target.into(), other: Map::new() }
    }

    /// The edge with one more field.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.other.insert(field.into(), value.into());
        self
    }
}

fn empty_object() -> Value {
    Value::Object(Map::new())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_editor_adds_survives() {
        let node = json!({
            "id": "1", "type": "http", "data": { "url": "/x" }, "position": { "x": 1.5, "y": -2.0 },
            "width": 9_007_199_254_740_993_i64, "selected": true
        });
        let edge = json!({ "id": "e", "source": "1", "target": "2", "label": "yes", "animated": false });
        assert_eq!(
            serde_json::to_value(serde_json::from_value::<Node>(node.clone()).unwrap()).unwrap(),
            node
        );
        assert_eq!(
            serde_json::to_value(serde_json::from_value::<Edge>(edge.clone()).unwrap()).unwrap(),
            edge
        );
    }
}
