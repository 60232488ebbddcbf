//! What a stage of a migration does to the tables that were there before it, as the server tells it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use levity::{
    Config,
    migrate::{file::Stage, partition_tasks},
    schema::ObjectName,
};
use levity_kit::hazard::{Hazard, HazardKind, Lock, LockMode};
use tokio_postgres::{Client, Error};

/// Applies stages, and looks at each of them before it is over.
pub(crate) struct Observer {
    worker: Client,
    watcher: Client,
    /// Keeps what runs outside a transaction waiting while it is looked at.
    holder: Client,
    /// The tables that were there before the first stage.
    existing: BTreeSet<u32>,
}

/// What a stage does to the tables that were there before, by their names. What is done to the rows of partitions is done to
/// those of their table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) tables: BTreeMap<String, SeenTable>,
    /// The partitions, each with the table.
    roots: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SeenTable {
    /// The locks that it holds in the end, from the weakest to the strongest.
    modes: Vec<String>,
    /// Whether all rows were read, or an index was built.
    pub(crate) scanned: bool,
    /// Whether rows were written where they are.
    written: bool,
    /// Whether every row was written anew.
    pub(crate) rewritten: bool,
}

impl Observer {
    pub(crate) async fn new(config: &Config) -> Result<Self, Error> {
        let connect = async || config.connect().await.expect("the server for tests is there");
        let worker = connect().await;
        // A small table would be read although there is an index for what is wanted.
        worker.batch_execute("SET enable_seqscan = off; SET TimeZone = 'UTC'").await?;
        let existing = tables(&worker).await?.into_keys().collect();
        Ok(Self { worker, watcher: connect().await, holder: connect().await, existing })
    }

    pub(crate) async fn apply(&self, stage: &Stage) -> Result<Seen, Error> {
        let mut before = tables(&self.worker).await?;
        before.retain(|oid, _| self.existing.contains(oid));
        if stage.options.transaction {
            return self.apply_brief(&stage.statements, &before).await;
        }
        if let (true, Some(index)) = (stage.options.on_partitions, &stage.options.builds_index) {
            return self.apply_on_partitions(stage, index, &before).await;
        }
        self.apply_outside(&stage.statements[0], &before).await
    }

    /// The runner's work, seen as one: each part is brief or keeps nobody waiting.
    async fn apply_on_partitions(
        &self,
        stage: &Stage,
        index: &ObjectName,
        before: &Tables,
    ) -> Result<Seen, Error> {
        let mut seen = self.apply_brief(&stage.statements, before).await?;
        loop {
            let tasks = partition_tasks(&self.worker, index).await.expect("the index can be built");
            if tasks.is_empty() {
                return Ok(seen);
            }
            for task in tasks {
                if task.concurrent {
                    let part = self.apply_outside(&task.statements[0], before).await?;
                    assert_eq!(part.blocked().next(), None, "{part}");
                    seen.add(part);
                } else {
                    seen.add(self.apply_brief(&task.statements, before).await?);
                }
            }
        }
    }

    async fn apply_brief(&self, statements: &[String], before: &Tables) -> Result<Seen, Error> {
        self.worker.batch_execute("BEGIN").await?;
        let seen = self.apply_in_transaction(statements, before).await;
        self.worker.batch_execute(if seen.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
        seen
    }

    async fn apply_outside(&self, statement: &str, before: &Tables) -> Result<Seen, Error> {
        self.holder.batch_execute("BEGIN").await?;
        for table in before.values() {
            let hold = format!("LOCK TABLE {} IN ROW EXCLUSIVE MODE", table.quoted);
            self.holder.batch_execute(&hold).await?;
        }
        let pid: i32 = self.worker.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
        let is_over = AtomicBool::new(false);
        let work = async {
            let result = self.worker.batch_execute(statement).await;
            is_over.store(true, Ordering::Relaxed);
            result
        };
        let seen = async {
            // It waits for the writer before it goes on; what it holds then, it holds throughout. It is over without that where
            // no table that can be written to is touched: an index of a materialized view.
            while !self.is_waiting(pid).await? {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
            let seen = locks(&self.watcher, pid, before).await?;
            self.holder.batch_execute("ROLLBACK").await?;
            Ok(seen)
        };
        let (done, seen) = tokio::join!(work, seen);
        done?;
        seen
    }

    async fn apply_in_transaction(&self, statements: &[String], before: &Tables) -> Result<Seen, Error> {
        let reads_before = reads(&self.worker).await?;
        for statement in statements {
            self.worker.batch_execute(statement).await?;
        }
        let pid: i32 = self.worker.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
        let mut seen = locks(&self.worker, pid, before).await?;
        let (after, reads_after) = (tables(&self.worker).await?, reads(&self.worker).await?);
        for (oid, table) in before {
            let (scans, writes) = reads_after.get(oid).copied().unwrap_or_default();
            let (scans_before, writes_before) = reads_before.get(oid).copied().unwrap_or_default();
            let scanned = scans > scans_before;
            let written = writes > writes_before;
            let rewritten = after.get(oid).is_some_and(|after| after.file != table.file);
            for name in std::iter::once(&table.name).chain(&table.root) {
                let entry = seen.tables.entry(name.clone()).or_default();
                entry.scanned |= scanned;
                entry.written |= written;
                entry.rewritten |= rewritten;
            }
        }
        seen.tables.retain(|_, table| *table != SeenTable::default());
        Ok(seen)
    }

    async fn is_waiting(&self, pid: i32) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)";
        Ok(self.watcher.query_one(sql, &[&pid]).await?.get(0))
    }
}

struct Table {
    name: String,
    /// The table that it is a partition of.
    root: Option<String>,
    quoted: String,
    file: u32,
}

type Tables = BTreeMap<u32, Table>;

async fn tables(client: &Client) -> Result<Tables, Error> {
    let sql = "SELECT c.oid, c.relfilenode, format('%I.%I', n.nspname, c.relname), \
                      CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, \
                      CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid END \
               FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384";
    let rows = client.query(sql, &[]).await?;
    let names: BTreeMap<u32, String> = rows.iter().map(|row| (row.get(0), row.get(3))).collect();
    let table = |row: &tokio_postgres::Row| Table {
        file: row.get(1),
        quoted: row.get(2),
        name: row.get(3),
        root: row.get::<_, Option<u32>>(4).map(|root| names[&root].clone()),
    };
    Ok(rows.iter().map(|row| (row.get(0), table(row))).collect())
}

/// How often the session has read the whole of each table, and how many rows it has written.
async fn reads(client: &Client) -> Result<BTreeMap<u32, (i64, i64)>, Error> {
    let sql = "SELECT relid, seq_scan, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

async fn locks(client: &Client, pid: i32, tables: &Tables) -> Result<Seen, Error> {
    let sql = "SELECT relation, mode FROM pg_locks WHERE pid = $1 AND locktype = 'relation' AND granted";
    let with_root = |table: &Table| Some((table.name.clone(), table.root.clone()?));
    let mut seen = Seen { roots: tables.values().filter_map(with_root).collect(), ..Seen::default() };
    for row in client.query(sql, &[&pid]).await? {
        if let Some(table) = tables.get(&row.get::<_, u32>(0)) {
            seen.tables.entry(table.name.clone()).or_default().modes.push(row.get(1));
        }
    }
    for table in seen.tables.values_mut() {
        table.sort();
    }
    Ok(seen)
}

/// PostgreSQL's modes, as `pg_locks` calls them, from the weakest to the strongest, and what they are to us.
const MODES: [(&str, Option<LockMode>); 8] = [
    ("AccessShareLock", None),
    ("RowShareLock", None),
    ("RowExclusiveLock", None),
    ("ShareUpdateExclusiveLock", None),
    ("ShareLock", Some(LockMode::Share)),
    ("ShareRowExclusiveLock", Some(LockMode::ShareRowExclusive)),
    ("ExclusiveLock", Some(LockMode::Exclusive)),
    ("AccessExclusiveLock", Some(LockMode::AccessExclusive)),
];

impl Seen {
    /// The tables on whose lock reads or writes wait, with the strongest.
    pub(crate) fn blocked(&self) -> impl Iterator<Item = (&str, LockMode)> {
        self.tables.iter().filter_map(|(name, table)| Some((name.as_str(), table.blocks()?)))
    }

    /// The tables whose readers or writers a stage keeps waiting for long, or for which it waits for long, although no hazard
    /// says so.
    pub(crate) fn unannounced<'a>(
        &'a self,
        stage: &'a Stage,
        hazards: &'a [Hazard],
    ) -> impl Iterator<Item = &'a str> {
        // A required column without a value: it stops at the first row that it reads.
        let adds_to_empty = hazards.iter().any(|hazard| {
            hazard.kind == HazardKind::FailsOnExistingRows && hazard.step.starts_with("add column")
        });
        let in_transactions = stage.options.transaction || stage.options.on_partitions;
        let is_brief = in_transactions && (!self.is_long() || adds_to_empty);
        let has_limit = stage.options.lock_timeout.is_some();
        let locks = hazards.iter().filter_map(|hazard| hazard.lock.as_ref());
        let blocked = self.blocked().filter(move |(table, mode)| {
            let is_announced = locks.clone().any(|lock| self.is_announced(lock, table, *mode));
            !has_limit || !(is_brief || is_announced)
        });
        blocked.map(|(table, _)| table)
    }

    /// Whether a hazard announces this lock: one on the table, or on the one that it is a partition of.
    fn is_announced(&self, lock: &Lock, table: &str, mode: LockMode) -> bool {
        let announced = lock.table.to_string();
        lock.mode == mode && (announced == table || self.roots.get(table) == Some(&announced))
    }

    fn add(&mut self, other: Self) {
        for (name, table) in other.tables {
            let entry = self.tables.entry(name).or_default();
            entry.modes.extend(table.modes);
            entry.sort();
            entry.scanned |= table.scanned;
            entry.written |= table.written;
            entry.rewritten |= table.rewritten;
        }
    }

    /// Whether it takes as long as there are rows.
    pub(crate) fn is_long(&self) -> bool {
        self.tables.values().any(|table| table.scanned || table.written || table.rewritten)
    }
}

impl SeenTable {
    fn sort(&mut self) {
        self.modes.sort_by_key(|mode| MODES.iter().position(|(name, _)| name == mode));
    }

    /// The strongest lock, where reads or writes wait for it.
    pub(crate) fn blocks(&self) -> Option<LockMode> {
        let mode = self.modes.last()?;
        MODES.iter().find(|(name, _)| name == mode)?.1
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (name, table) in &self.tables {
            let SeenTable { modes, scanned, written, rewritten } = table;
            write!(
                f,
                "{}{name}: {}",
                if first { "" } else { "; " },
                modes.last().map_or("no lock", String::as_str)
            )?;
            for (is_so, what) in [(*scanned, "scanned"), (*written, "written"), (*rewritten, "rewritten")] {
                if is_so {
                    write!(f, ", {what}")?;
                }
            }
            first = false;
        }
        if first { f.write_str("nothing that was there") } else { Ok(()) }
    }
}
