//! Operators and functions, as PostgreSQL understands them.

use chrono::{DateTime, Utc};
use levity::{
    Condition, DateTimePart, Predicate, abs, add, all, all_of, and, any, any_of, array_agg, avg, between,
    btrim, case, char_length, coalesce, concat, contained_by, contains, contains_element, count_all,
    date_trunc, div, eq, extract, greatest, gt, ilike, in_list, is_distinct_from, is_not_distinct_from,
    is_not_null, json_contains, json_get, json_has_all_keys, json_has_any_key, json_has_key, json_path,
    json_path_exists, json_path_text, json_text, least, like, lower, lt, modulo, mul, ne, neg, not,
    not_between, not_ilike, not_in_list, not_like, now, nullif, or, overlaps, regex, regex_ignore_case,
    replace, round, round_to, scalar, select, sql, starts_with, sub, substring, sum,
    types::{Numeric, Range, Timestamp},
    upper, value,
};
use serde_json::json;

use crate::{
    database, project,
    tables::{NewProject, NewSettings, NewTask, Project, Settings, Status, Task, TaskPatch},
    task,
};

async fn matching(db: &levity::Database, condition: impl Predicate<Scope = (Task, ())>) -> String {
    let titles = db.select::<Task>().filter(condition).order_by(Task::title).columns(Task::title).all().await;
    titles.unwrap().concat()
}

async fn tasks() -> (levity_local::TestDatabase, levity::Database) {
    let (guard, db) = database().await;
    let project = project(&db, "p").await;
    for (title, effort, note) in [("a", 1, Some("x")), ("b", 2, None), ("c", 3, Some("Y")), ("d", 4, None)] {
        let new = NewTask::builder()
            .project_id(project.id)
            .title(title)
            .effort(effort)
            .note(note.map(str::to_owned));
        db.insert(new.build()).execute().await.unwrap();
    }
    (guard, db)
}

#[tokio::test]
async fn comparisons() {
    let (_guard, db) = tasks().await;
    assert_eq!(matching(&db, between(Task::effort, 2, 3)).await, "bc");
    assert_eq!(matching(&db, not_between(Task::effort, 2, 3)).await, "ad");
    assert_eq!(matching(&db, Task::effort.between(3, 9)).await, "cd");
    assert_eq!(matching(&db, ne(Task::note, "x")).await, "c");
    assert_eq!(matching(&db, is_distinct_from(Task::note, "x")).await, "bcd");
    assert_eq!(matching(&db, is_not_distinct_from(Task::note, "x")).await, "a");
    assert_eq!(matching(&db, not_in_list(Task::title, ["a", "b"])).await, "cd");
    assert_eq!(matching(&db, Task::title.not_in_list([] as [&str; 0])).await, "abcd");
    assert_eq!(matching(&db, Task::title.in_list([] as [&str; 0])).await, "");
    assert_eq!(matching(&db, is_not_null(Task::note)).await, "ac");
}

#[tokio::test]
async fn patterns() {
    let (_guard, db) = tasks().await;
    assert_eq!(matching(&db, Task::note.like("%")).await, "ac");
    assert_eq!(matching(&db, ilike(Task::note, "y")).await, "c");
    assert_eq!(matching(&db, not_ilike(Task::note, "y")).await, "a");
    assert_eq!(matching(&db, not_like(Task::title, "a%")).await, "bcd");
    assert_eq!(matching(&db, regex(Task::title, "^[bc]$")).await, "bc");
    assert_eq!(matching(&db, regex_ignore_case(Task::note, "^y$")).await, "c");
    assert_eq!(matching(&db, starts_with(Task::title, "a")).await, "a");
}

#[tokio::test]
async fn conditions_that_are_not_there_say_nothing() {
    let (_guard, db) = tasks().await;
    let title = |title: Option<&'static str>| title.map(|title| eq(Task::title, title));
    assert_eq!(matching(&db, title(None)).await, "abcd");
    assert_eq!(matching(&db, title(Some("a"))).await, "a");
    assert_eq!(db.select::<Task>().filter(and(title(None), gt(Task::effort, 3))).count().await.unwrap(), 1);
    assert_eq!(db.select::<Task>().filter(or(title(None), gt(Task::effort, 3))).count().await.unwrap(), 1);
    assert_eq!(db.select::<Task>().filter(or(title(None), title(None))).count().await.unwrap(), 0);
    assert_eq!(db.select::<Task>().filter(not(title(None))).count().await.unwrap(), 4);
    assert_eq!(matching(&db, any_of([title(None), title(Some("b"))])).await, "b");
    assert_eq!(matching(&db, any_of([title(None)])).await, "");
    assert_eq!(matching(&db, all_of([title(None)])).await, "abcd");
    let listed: Vec<Condition<Task>> =
        vec![gt(Task::effort, 1).scoped(), or(eq(Task::title, "b"), eq(Task::title, "a")).scoped()];
    assert_eq!(matching(&db, all_of(listed)).await, "b");
}

#[tokio::test]
async fn an_empty_condition_updates_and_deletes_nothing() {
    let (_guard, db) = tasks().await;
    let none: Option<Condition<Task>> = None;
    let error = db.delete::<Task>().filter(none.clone()).execute().await.unwrap_err();
    assert!(error.to_string().contains("the condition of this delete of `tasks` is empty"), "{error}");
    let nothing = all_of([] as [Condition<Task>; 0]);
    let error =
        db.update::<Task>().patch(TaskPatch::new().effort(9)).filter(nothing).execute().await.unwrap_err();
    assert!(error.to_string().contains("`.all_rows()`"), "{error}");
    assert_eq!(db.select::<Task>().filter(eq(Task::effort, 9)).count().await.unwrap(), 0);
    let one = db.delete::<Task>().filter(none).filter(eq(Task::title, "a")).execute().await.unwrap();
    assert_eq!(one, 1);
}

#[tokio::test]
async fn arithmetic_and_numbers() {
    let (_guard, db) = tasks().await;
    let row = db
        .select::<Task>()
        .filter(eq(Task::title, "c"))
        .columns((
            (Task::effort + 1, add(Task::effort, 1), Task::effort - 1, sub(Task::effort, 1)),
            (Task::effort * 2, mul(Task::effort, 2), Task::effort / 2, div(Task::effort, 2)),
            (modulo(Task::effort, 2), Task::effort % 2, -Task::effort, neg(Task::effort)),
            (
                abs(-Task::effort),
                greatest(Task::effort, 2),
                least(Task::effort, 2),
                Task::effort.cast::<i64>(),
            ),
            (round(value(2.5_f64)), round_to(value("2.345".parse::<Numeric>().unwrap()), 2)),
        ))
        .one()
        .await
        .unwrap();
    assert_eq!(row.0, (4, 4, 2, 2));
    assert_eq!(row.1, (6, 6, 1, 1));
    assert_eq!(row.2, (1, 1, -3, -3));
    assert_eq!(row.3, (3, 3, 2, 3));
    assert_eq!((row.4.0, row.4.1.to_string().as_str()), (2.0, "2.35"));
}

#[tokio::test]
async fn texts() {
    let (_guard, db) = tasks().await;
    let row = db
        .select::<Task>()
        .filter(eq(Task::title, "c"))
        .columns((
            (lower(Task::note), upper(Task::title), btrim(value(" a ".to_owned())), char_length(Task::title)),
            (concat(Task::title, "!"), Task::title.concat(Task::note), replace(Task::title, "c", "k")),
            (
                substring(value("abcdef".to_owned()), 2, 3),
                coalesce(Task::note, "none"),
                nullif(Task::title, "c"),
            ),
        ))
        .one()
        .await
        .unwrap();
    assert_eq!(row.0, (Some("y".into()), "C".into(), "a".into(), 1));
    assert_eq!(row.1, ("c!".into(), Some("cY".into()), "k".into()));
    assert_eq!(row.2, ("bcd".into(), "Y".into(), None));
}

#[tokio::test]
async fn what_is_not_null_can_be_said() {
    let (_guard, db) = tasks().await;
    let notes = || db.select::<Task>().columns(Task::note.assume_not_null());
    assert_eq!(notes().filter(eq(Task::title, "c")).one().await.unwrap(), "Y");
    assert!(notes().filter(Task::note.is_null()).all().await.is_err());

    let lower = || sql!("lower({})", Task::note).typed::<String>().assume_not_null();
    let titles = db.update::<Task>().set(Task::title, lower()).filter(eq(Task::title, "c"));
    assert_eq!(titles.returning_columns(Task::title).await.unwrap(), ["y"]);
    let error = db.update::<Task>().set(Task::title, lower()).all_rows().execute().await.unwrap_err();
    assert!(error.is_not_null_violation(), "{error}");
}

#[tokio::test]
async fn arrays() {
    let (_guard, db) = database().await;
    let project = project(&db, "p").await;
    let new = NewSettings::builder().project_id(project.id).tags(["a", "b"].map(str::to_owned)).build();
    db.insert(new).execute().await.unwrap();
    let tags = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
    let row = db
        .select::<Settings>()
        .columns((
            contains(Settings::tags, tags(&["a"])),
            contained_by(Settings::tags, ["a"]),
            Settings::tags.overlaps(tags(&["b", "c"])),
            overlaps(Settings::tags, tags(&[])),
            any(value("b".to_owned()), Settings::tags),
            all(value("b".to_owned()), Settings::tags),
        ))
        .one()
        .await
        .unwrap();
    assert_eq!(row, (true, false, true, false, Some(true), Some(false)));
}

#[tokio::test]
async fn ranges() {
    let (_guard, db) = database().await;
    project(&db, "p").await;
    let range = |from, to| Range::from(from..to);
    let now = Utc::now();
    let hour = Range::from(now..now + chrono::TimeDelta::hours(1));
    let row = db
        .select::<Project>()
        .columns((
            contains(value(range(1, 9)), range(2, 5)),
            value(range(1, 9)).overlaps(range(9, 10)),
            contained_by(value(range(2, 5)), range(1, 4)),
            contains_element(value(range(1, 9)), 8),
            contains_element(value(hour), Project::created_at),
        ))
        .one()
        .await
        .unwrap();
    assert_eq!(row, (true, false, false, true, false));
}

#[tokio::test]
async fn an_array_can_be_what_a_query_returns() {
    let (_guard, db) = tasks().await;
    let titles = || scalar(select::<Task>().filter(gt(Task::effort, 2)).columns(array_agg(Task::title)));
    assert_eq!(matching(&db, any(Task::title, titles())).await, "cd");
    assert_eq!(matching(&db, not(any(Task::title, titles()))).await, "ab");
    let bound = sql!("{}", vec!["a".to_owned()]).typed::<Vec<String>>();
    assert_eq!(matching(&db, any(Task::title, bound)).await, "a");
    assert_eq!(matching(&db, all(Task::title, sql!("array[{}]", "b").typed::<Vec<String>>())).await, "b");
}

#[tokio::test]
async fn documents() {
    let (_guard, db) = database().await;
    let data = json!({"name": "n", "list": [{"price": 5}, {"price": 20}], "none": null});
    db.insert(NewProject::builder().name("p").data(data).build()).execute().await.unwrap();
    let row = db
        .select::<Project>()
        .columns((
            (
                json_get(Project::data, "name"),
                json_text(Project::data, "name"),
                json_path(Project::data, ["list", "0"]),
                json_path_text(Project::data, ["list", "-1", "price"]),
                json_text(json_get(Project::data, "list"), 0),
                json_text(Project::data, "none"),
            ),
            (
                json_contains(Project::data, json!({"list": [{"price": 20}]})),
                json_has_key(Project::data, "name"),
                json_has_any_key(Project::data, ["x", "name"]),
                json_has_all_keys(Project::data, ["x", "name"]),
                json_path_exists(Project::data, "$.list[*] ? (@.price > 10)"),
                Project::data.json_contains(json!({"name": "m"})),
            ),
        ))
        .one()
        .await
        .unwrap();
    assert_eq!(row.0.0.unwrap().0, json!("n"));
    assert_eq!(row.0.1.as_deref(), Some("n"));
    assert_eq!(row.0.2.unwrap().0, json!({"price": 5}));
    assert_eq!(row.0.3.as_deref(), Some("20"));
    assert_eq!(row.0.4.as_deref(), Some("{\"price\": 5}"));
    assert_eq!(row.0.5, None);
    assert_eq!(row.1, (Some(true), Some(true), Some(true), Some(false), Some(true), Some(false)));
}

#[tokio::test]
async fn times() {
    let (_guard, db) = database().await;
    project(&db, "p").await;
    let (day, year, before) = db
        .select::<Project>()
        .columns((
            date_trunc(DateTimePart::Day, Project::created_at),
            extract(DateTimePart::Year, Project::created_at),
            Project::created_at.lte(now()),
        ))
        .group_by(Project::id)
        .group_by(date_trunc(DateTimePart::Day, Project::created_at))
        .one()
        .await
        .unwrap();
    assert!(day <= chrono::Utc::now() && before);
    assert!(year.to_string().parse::<i32>().unwrap() >= 2026);
    // Infinity has a year and no month.
    let infinity = || value(Timestamp::<DateTime<Utc>>::PosInfinity);
    let parts = (extract(DateTimePart::Year, infinity()), extract(DateTimePart::Month, infinity()));
    let (year, month) = db.select::<Project>().columns(parts).one().await.unwrap();
    assert_eq!((year.map(|year| year.to_string()).as_deref(), month), (Some("Infinity"), None));
}

#[tokio::test]
async fn fragments_stand_wherever_an_expression_does() {
    let (_guard, db) = tasks().await;
    let row = db
        .select::<Task>()
        .columns((
            sum(sql!("{} * 2", Task::effort).typed::<i16>()),
            count_all().filter(sql!("{} > {}", Task::effort, 2)),
            avg(case::<i32, _, _>(sql!("{} IS NULL", Task::note), 1).otherwise(0)),
        ))
        .having(sql!("count(*) > {}", 3))
        .one()
        .await
        .unwrap();
    assert_eq!((row.0, row.1), (Some(20), 2));
    assert_eq!(matching(&db, lt(Task::effort, sql!("{} + 1", 1).typed::<i16>())).await, "a");
}

#[tokio::test]
async fn enums_compare_and_order() {
    let (_guard, db) = tasks().await;
    let project = db.select::<Project>().one().await.unwrap();
    let done = task(&db, &project, "e").await;
    let patch = TaskPatch::new().status(Status::Done);
    db.update::<Task>().patch(patch).filter(eq(Task::id, done.id)).execute().await.unwrap();
    assert_eq!(matching(&db, in_list(Task::status, [Status::Done])).await, "e");
    assert_eq!(matching(&db, Task::status.gt(Status::Open)).await, "e");
    assert_eq!(matching(&db, like(Task::title, "_")).await, "abcde");
}

#[tokio::test]
async fn a_transaction_is_not_begun_by_a_statement() {
    let (_guard, db) = database().await;
    for statement in [sql!("BEGIN"), sql!("  commit;"), sql!("Savepoint here")] {
        let error = db.execute(statement).await.unwrap_err();
        assert!(error.to_string().contains("use `db.transaction(…)`"), "{error}");
    }
    let tx = db.begin().await.unwrap();
    assert!(tx.execute(sql!("ROLLBACK")).await.is_err());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn literals_of_a_program_are_values_of_numeric_and_of_arrays() {
    let (_guard, db) = database().await;
    let rich = db.insert(NewProject::builder().name("p").budget(7).build()).returning().await.unwrap();
    let new = NewSettings::builder().project_id(rich.id).tags(["a", "b"].map(str::to_owned)).build();
    db.insert(new).execute().await.unwrap();
    assert_eq!(db.select::<Project>().filter(gt(Project::budget, 6)).count().await.unwrap(), 1);
    assert_eq!(db.select::<Project>().filter(Project::budget.lt(7)).count().await.unwrap(), 0);
    assert_eq!(db.select::<Settings>().filter(contains(Settings::tags, ["b"])).count().await.unwrap(), 1);
}
