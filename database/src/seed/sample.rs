//! The sample data itself. Times are seconds after the run was created.

use chrono::{DateTime, Duration, TimeZone, Utc};
use serde_json::{Value, json};

use crate::schema::{Edge, ExecutionStatus, Node, StepStatus};

pub(super) struct Sample {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) runs: Vec<Run>,
}

pub(super) struct Run {
    /// Hours after the first run of all.
    pub(super) hour: i64,
    pub(super) user: &'static str,
    pub(super) status: ExecutionStatus,
    pub(super) data: Value,
    pub(super) error: Option<&'static str>,
    pub(super) steps: Vec<Step>,
}

impl Run {
    pub(super) fn is_finished(&self) -> bool {
        use ExecutionStatus::{Cancelled, Completed, Failed, Paused, Pending, Running};
        match self.status {
            Completed | Failed | Cancelled => true,
            Pending | Running | Paused => false,
        }
    }

    pub(super) fn created_at(&self) -> DateTime<Utc> {
        let first = Utc.with_ymd_and_hms(2025, 1, 6, 9, 0, 0).single().expect("a time in UTC is one time");
        first + Duration::hours(self.hour)
    }

    pub(super) fn started_at(&self) -> Option<DateTime<Utc>> {
        let first = self.steps.iter().filter_map(|step| step.started).min()?;
        Some(self.created_at() + Duration::seconds(first))
    }

    pub(super) fn ended_at(&self) -> Option<DateTime<Utc>> {
        let last = self.steps.iter().filter_map(|step| step.ended).max()?;
        self.is_finished().then(|| self.created_at() + Duration::seconds(last))
    }
}

pub(super) struct Step {
    pub(super) node: &'static str,
    pub(super) status: StepStatus,
    pub(super) input: Option<Value>,
    pub(super) output: Option<Value>,
    pub(super) validation: Option<Value>,
    pub(super) error: Option<&'static str>,
    pub(super) retries: i32,
    pub(super) next_retry: Option<i64>,
    pub(super) started: Option<i64>,
    pub(super) ended: Option<i64>,
}

impl Step {
    fn new(node: &'static str, status: StepStatus) -> Self {
        Self {
            node,
            status,
            input: None,
            output: None,
            validation: None,
            error: None,
            retries: 0,
            next_retry: None,
            started: None,
            ended: None,
        }
    }

    fn completed(node: &'static str, started: i64, ended: i64, input: Value, output: Value) -> Self {
        Self {
            input: Some(input),
            output: Some(output),
            validation: Some(json!({ "valid": true })),
            started: Some(started),
            ended: Some(ended),
            ..Self::new(node, StepStatus::Completed)
        }
    }

    fn failed(
        node: &'static str,
        started: i64,
        ended: i64,
        input: Value,
        error: &'static str,
        retries: i32,
    ) -> Self {
        Self {
            input: Some(input),
            error: Some(error),
            retries,
            started: Some(started),
            ended: Some(ended),
            ..Self::new(node, StepStatus::Failed)
        }
    }

    fn running(node: &'static str, started: i64, input: Value) -> Self {
        Self { input: Some(input), started: Some(started), ..Self::new(node, StepStatus::Running) }
    }

    fn skipped(node: &'static str) -> Self {
        Self::new(node, StepStatus::Skipped)
    }

    fn pending(node: &'static str) -> Self {
        Self::new(node, StepStatus::Pending)
    }

    fn retried(mut self, retries: i32, error: &'static str, next_retry: Option<i64>) -> Self {
        self.retries = retries;
        self.error = Some(error);
        self.next_retry = next_retry;
        self
    }

    fn validated(mut self, validation: Value) -> Self {
        self.validation = Some(validation);
        self
    }
}

pub(super) fn all() -> Vec<Sample> {
    vec![order_fulfilment(), support_triage(), nightly_report()]
}

fn order_fulfilment() -> Sample {
    let order = |id: i64, total: f64| json!({ "input": { "order": id, "total": total, "currency": "EUR" } });
    let checked =
        |id: i64| Step::completed("check", 1, 2, json!({ "order": id }), json!({ "complete": true }));
    let paid = |id: i64| {
        Step::completed("charge", 2, 5, json!({ "order": id }), json!({ "payment": format!("pay-{id}") }))
    };
    Sample {
        key: "order-fulfilment",
        name: "Order fulfilment",
        description: "Checks an order, charges the customer, then ships and notifies at the same time.",
        nodes: vec![
            Node::new("received", "trigger.webhook").data(json!({ "path": "/orders" })).at(0.0, 80.0),
            Node::new("check", "validate").data(json!({ "schema": "order" })).at(200.0, 80.0),
            Node::new("charge", "payment").data(json!({ "retries": 3 })).at(400.0, 80.0),
            Node::new("ship", "http").data(json!({ "method": "POST", "path": "/shipments" })).at(600.0, 0.0),
            Node::new("notify", "email").data(json!({ "template": "order-confirmed" })).at(600.0, 160.0),
        ],
        edges: vec![
            Edge::new("received-check", "received", "check"),
            Edge::new("check-charge", "check", "charge").with("label", "valid"),
            Edge::new("charge-ship", "charge", "ship"),
            Edge::new("charge-notify", "charge", "notify"),
        ],
        runs: vec![
            Run {
                hour: 0,
                user: "user-1",
                status: ExecutionStatus::Completed,
                data: order(1001, 59.90),
                error: None,
                steps: vec![
                    checked(1001),
                    paid(1001),
                    Step::completed(
                        "ship",
                        5,
                        9,
                        json!({ "order": 1001 }),
                        json!({ "shipment": "shp-1001" }),
                    )
                    .retried(1, "the carrier answered 503", None),
                    Step::completed("notify", 5, 6, json!({ "to": "user-1" }), json!({ "sent": true })),
                ],
            },
            Run {
                hour: 26,
                user: "user-2",
                status: ExecutionStatus::Failed,
                data: order(1002, 1250.00),
                error: Some("charge: the card was declined"),
                steps: vec![
                    checked(1002),
                    Step::failed("charge", 2, 190, json!({ "order": 1002 }), "the card was declined", 3),
                    Step::skipped("ship"),
                    Step::skipped("notify"),
                ],
            },
            Run {
                hour: 50,
                user: "user-1",
                status: ExecutionStatus::Running,
                data: order(1003, 18.50),
                error: None,
                steps: vec![
                    checked(1003),
                    paid(1003),
                    Step::running("ship", 5, json!({ "order": 1003 })),
                    Step::pending("notify").retried(1, "the mail server did not answer", Some(65)),
                ],
            },
            Run {
                hour: 51,
                user: "user-3",
                status: ExecutionStatus::Pending,
                data: order(1004, 340.00),
                error: None,
                steps: vec![],
            },
        ],
    }
}

fn support_triage() -> Sample {
    let ticket = |id: i64, text: &str| json!({ "input": { "ticket": id, "text": text } });
    Sample {
        key: "support-triage",
        name: "Support triage",
        description: "Classifies a ticket and sends it to a person or answers it.",
        nodes: vec![
            Node::new("opened", "trigger.queue").data(json!({ "queue": "tickets" })).at(0.0, 80.0),
            Node::new("classify", "model")
                .data(json!({ "labels": ["billing", "bug", "question"] }))
                .at(200.0, 80.0),
            Node::new("route", "branch").data(json!({ "on": "label" })).at(400.0, 80.0),
            Node::new("answer", "email").data(json!({ "template": "answer" })).at(600.0, 0.0),
            Node::new("assign", "assign").data(json!({ "team": "support" })).at(600.0, 160.0),
        ],
        edges: vec![
            Edge::new("opened-classify", "opened", "classify"),
            Edge::new("classify-route", "classify", "route"),
            Edge::new("route-answer", "route", "answer").with("label", "question"),
            Edge::new("route-assign", "route", "assign").with("label", "otherwise"),
        ],
        runs: vec![
            Run {
                hour: 3,
                user: "user-2",
                status: ExecutionStatus::Completed,
                data: ticket(71, "How do I export my data?"),
                error: None,
                steps: vec![
                    Step::completed(
                        "classify",
                        1,
                        3,
                        json!({ "ticket": 71 }),
                        json!({ "label": "question", "score": 0.97 }),
                    ),
                    Step::completed(
                        "route",
                        3,
                        3,
                        json!({ "label": "question" }),
                        json!({ "branch": "answer" }),
                    ),
                    Step::completed("answer", 3, 4, json!({ "ticket": 71 }), json!({ "sent": true })),
                    Step::skipped("assign"),
                ],
            },
            Run {
                hour: 28,
                user: "user-4",
                status: ExecutionStatus::Paused,
                data: ticket(72, "I was charged twice"),
                error: None,
                steps: vec![
                    Step::completed(
                        "classify",
                        1,
                        4,
                        json!({ "ticket": 72 }),
                        json!({ "label": "billing", "score": 0.55 }),
                    )
                    .validated(
                        json!({ "valid": false, "problems": ["score is below 0.60: a person decides"] }),
                    ),
                    Step::pending("route"),
                ],
            },
            Run {
                hour: 29,
                user: "user-4",
                status: ExecutionStatus::Cancelled,
                data: ticket(73, "Please ignore"),
                error: None,
                steps: vec![
                    Step::completed(
                        "classify",
                        1,
                        2,
                        json!({ "ticket": 73 }),
                        json!({ "label": "question", "score": 0.81 }),
                    ),
                    Step::skipped("route"),
                ],
            },
        ],
    }
}

fn nightly_report() -> Sample {
    Sample {
        key: "nightly-report",
        name: "Nightly report",
        description: "Collects yesterday's numbers and publishes them.",
        nodes: vec![
            Node::new("every-night", "trigger.schedule").data(json!({ "cron": "0 2 * * *" })).at(0.0, 0.0),
            Node::new("collect", "sql").data(json!({ "timeout": 60 })).at(200.0, 0.0),
            Node::new("publish", "http")
                .data(json!({ "method": "PUT", "path": "/reports/latest" }))
                .at(400.0, 0.0),
        ],
        edges: vec![
            Edge::new("every-night-collect", "every-night", "collect"),
            Edge::new("collect-publish", "collect", "publish"),
        ],
        runs: (0..3)
            .map(|day| Run {
                hour: 17 + 24 * day,
                user: "scheduler",
                status: ExecutionStatus::Completed,
                data: json!({ "input": { "day": format!("2025-01-{:02}", 6 + day) } }),
                error: None,
                steps: vec![
                    Step::completed(
                        "collect",
                        1,
                        21,
                        json!({ "day": day }),
                        json!({ "rows": 1200 + 37 * day }),
                    ),
                    Step::completed(
                        "publish",
                        21,
                        22,
                        json!({ "rows": 1200 + 37 * day }),
                        json!({ "status": 204 }),
                    ),
                ],
            })
            .collect(),
    }
}
