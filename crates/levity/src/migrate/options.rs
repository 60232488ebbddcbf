use std::time::Duration;

/// How a [`Migrator`](super::Migrator) works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrateOptions {
    /// The role that owns what migrations create (`SET ROLE`). Default: the user that connects.
    pub role: Option<String>,
    /// Where unqualified names are looked up and created. Default: `public`.
    pub search_path: Vec<String>,
    /// How long a statement waits for a lock, in stages that do not say it themselves. Stages without a transaction wait
    /// without a limit. Default: 3 s.
    pub lock_timeout: Duration,
    /// How often a stage is tried that does not get its locks, with pauses from 0.1 s to 10 s that double. Default: 10.
    pub attempts: u32,
    /// How long to wait for another runner of the project. Default: 10 min.
    pub wait: Duration,
    /// Whether a stage is applied also when it has hazards that nobody has acknowledged in its file. Default: no. A service
    /// that migrates at its start has nobody to ask, and cannot know that its database does not matter.
    pub allow_unacknowledged: bool,
}

impl Default for MigrateOptions {
    fn default() -> Self {
        Self {
            role: None,
            search_path: vec!["public".to_owned()],
            lock_timeout: Duration::from_secs(3),
            attempts: 10,
            wait: Duration::from_mins(10),
            allow_unacknowledged: false,
        }
    }
}
