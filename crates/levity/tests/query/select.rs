//! Queries of several tables: what is chosen, joined, grouped, put together.

use futures_util::TryStreamExt;
use levity::{
    Condition, FromRow, alias, and, array_agg, asc, avg, case, coalesce, count, count_all, count_distinct,
    cume_dist, desc, eq, exists, for_update, gt, is_null, lag, lower, max, min, ne, not, nth_value,
    partition_by, row, row_number, scalar, select, sql, string_agg, sum, types::Interval, value, window,
};

use crate::{
    database, project,
    tables::{Comment, NewTask, Project, Status, Task},
    task,
};

alias!(pub(crate) Parent = Task);

#[derive(Debug, PartialEq, FromRow)]
pub(crate) struct Total {
    pub(crate) project_id: i64,
    pub(crate) tasks: i64,
    pub(crate) effort: Option<i64>,
}

/// Two projects; the first has the tasks a (done), b and, under b, c; the second has none.
pub(crate) async fn filled() -> (levity_local::TestDatabase, levity::Database) {
    let (guard, db) = database().await;
    let first = project(&db, "first").await;
    project(&db, "second").await;
    let new =
        NewTask::builder().project_id(first.id).title("a").status(Status::Done).effort(5).note("x").build();
    db.insert(new).execute().await.unwrap();
    let b = task(&db, &first, "b").await;
    let new = NewTask::builder().project_id(first.id).title("c").effort(3).parent_id(b.id).build();
    db.insert(new).execute().await.unwrap();
    (guard, db)
}

fn strings<const N: usize>(values: [&str; N]) -> Vec<String> {
    values.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn columns_come_as_one_value_a_tuple_or_a_struct() {
    let (_guard, db) = filled().await;
    let titles = db.select::<Task>().order_by(Task::title).columns(Task::title).all().await.unwrap();
    assert_eq!(titles, strings(["a", "b", "c"]));
    let notes: Vec<(String, Option<String>)> =
        db.select::<Task>().columns((lower(Task::title), Task::note)).order_by(Task::id).all().await.unwrap();
    assert_eq!(notes[0], ("a".to_owned(), Some("x".to_owned())));
    assert_eq!(notes[1], ("b".to_owned(), None));
    let total: Total = db
        .select::<Task>()
        .columns(TotalColumns { project_id: Task::project_id, tasks: count_all(), effort: sum(Task::effort) })
        .group_by(Task::project_id)
        .one()
        .await
        .unwrap();
    assert_eq!((total.tasks, total.effort), (3, Some(9)));
    let (task, five) =
        db.select::<Task>().columns((row::<Task>(), value(5_i32))).first().await.unwrap().unwrap();
    assert_eq!((task.title.len(), five), (1, 5));
}

#[tokio::test]
async fn joins_make_options_of_what_they_can_leave_out() {
    let (_guard, db) = filled().await;
    let inner: Vec<(String, String)> = db
        .select::<Task>()
        .inner_join::<Project>()
        .on(eq(Task::project_id, Project::id))
        .filter(eq(Project::name, "first"))
        .order_by(desc(Task::title))
        .columns((Task::title, Project::name))
        .limit(1)
        .all()
        .await
        .unwrap();
    assert_eq!(inner, [("c".to_owned(), "first".to_owned())]);

    let left: Vec<(String, Option<String>, i64)> = db
        .select::<Project>()
        .left_join::<Task>()
        .on(and(eq(Task::project_id, Project::id), gt(Task::effort, 4)))
        .columns((Project::name, Task::title, value(1_i64)))
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(left, [("first".to_owned(), Some("a".to_owned()), 1), ("second".to_owned(), None, 1)]);

    let rows: Vec<(Option<Task>, Project)> = db
        .select::<Task>()
        .right_join::<Project>()
        .on(and(eq(Task::project_id, Project::id), eq(Task::title, "a")))
        .columns((row::<Task>(), row::<Project>()))
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].0.as_ref().map(|task| task.title.as_str()), Some("a"));
    assert_eq!((&rows[1].0, rows[1].1.name.as_str()), (&None, "second"));

    let full: Vec<(Option<i64>, Option<i64>)> = db
        .select::<Task>()
        .full_join::<Comment>()
        .on(eq(Task::id, Comment::task_id))
        .columns((Task::id, Comment::id))
        .all()
        .await
        .unwrap();
    assert_eq!(full.len(), 3);

    let pairs = db.select::<Task>().cross_join::<Project>().count().await.unwrap();
    assert_eq!(pairs, 6);

    // Never NULL, whatever the join leaves out.
    let counts: Vec<(String, i64, bool, String)> = db
        .select::<Project>()
        .left_join::<Task>()
        .on(eq(Task::project_id, Project::id))
        .columns((
            Project::name,
            count(Task::id),
            is_null(min(Task::id)),
            coalesce(string_agg(Task::title, "+").order_by(Task::title), "none"),
        ))
        .group_by(Project::id)
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(
        counts,
        [
            ("first".to_owned(), 3, false, "a+b+c".to_owned()),
            ("second".to_owned(), 0, true, "none".to_owned())
        ]
    );
}

#[tokio::test]
async fn a_table_joins_itself_under_another_name() {
    let (_guard, db) = filled().await;
    let pairs: Vec<(String, Option<String>)> = db
        .select::<Task>()
        .left_join::<Parent>()
        .on(eq(Task::parent_id, Parent::column(Task::id)))
        .columns((Task::title, Parent::column(Task::title)))
        .order_by(Task::title)
        .all()
        .await
        .unwrap();
    assert_eq!(pairs[0], ("a".to_owned(), None));
    assert_eq!(pairs[2], ("c".to_owned(), Some("b".to_owned())));
}

#[tokio::test]
async fn groups_and_aggregates() {
    let (_guard, db) = filled().await;
    let rows = db
        .select::<Task>()
        .columns((
            Task::status,
            count_all().filter(gt(Task::effort, 1)),
            count_distinct(Task::project_id),
            avg(Task::effort),
            array_agg(Task::title).order_by(desc(Task::title)),
        ))
        .group_by(Task::status)
        .having(count_all().gte(1))
        .order_by(Task::status)
        .all()
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].0, rows[0].1, rows[0].2), (Status::Open, 1, 1));
    assert_eq!(rows[0].4, Some(strings(["c", "b"])));
    assert_eq!(rows[1].3.as_ref().map(ToString::to_string), Some("5.0000000000000000".to_owned()));
    let all = db.select::<Task>().columns((
        sum(Task::effort % 2).distinct() * 2,
        string_agg(Task::title, "").distinct().order_by(Task::title),
        array_agg(Task::effort / 9).distinct(),
        count_all().filter(gt(Task::effort, 1)) * 2,
        sql!("{}::int4 + 1", max(Task::effort)).typed::<i32>(),
        avg(sql!("{} * interval '1 hour'", Task::effort).typed::<Interval>()),
    ));
    let (one, titles, zeros, twice, next, hours) = all.one().await.unwrap();
    assert_eq!(hours, Some("PT3H".parse().unwrap()));
    assert_eq!(one, Some(2));
    assert_eq!((titles.as_deref(), zeros, twice, next), (Some("abc"), Some(vec![0]), 4, Some(6)));
    let none =
        db.select::<Comment>().columns((count_all(), sum(Comment::id), max(Comment::body))).one().await;
    assert_eq!(none.unwrap(), (0, None, None));
}

#[tokio::test]
async fn an_expression_is_grouped_by_as_a_clone_of_it() {
    let (_guard, db) = filled().await;
    let note = || coalesce(Task::note, "none");
    let by = |group, chosen| {
        db.select::<Task>().group_by(group).order_by(count_all()).columns((chosen, count_all()))
    };
    let error = by(note(), note()).all().await.unwrap_err();
    assert!(error.hint().unwrap().contains("a clone of the one that `group_by` was given"), "{error}");
    let note = note();
    let groups = by(note.clone(), note).all().await.unwrap();
    assert_eq!(groups, [("x".to_owned(), 1), ("none".to_owned(), 2)]);
}

#[tokio::test]
async fn windows() {
    let (_guard, db) = filled().await;
    let rows: Vec<(String, i64, Option<String>, Option<i64>)> = db
        .select::<Task>()
        .columns((
            Task::title,
            row_number().over(partition_by(Task::project_id).order_by(desc(Task::effort))),
            lag(Task::title, 1).over(window().order_by(Task::title)),
            sum(Task::effort).over(window().order_by(asc(Task::title)).rows(Some(1), Some(0))),
        ))
        .order_by(Task::title)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0], ("a".to_owned(), 1, None, Some(5)));
    assert_eq!(rows[2], ("c".to_owned(), 2, Some("b".to_owned()), Some(4)));
    // The efforts are 1, 3 and 5.
    let frames = db.select::<Task>().order_by(Task::effort).columns((
        count_all().over(window().order_by(Task::effort).range(Some(2_i16), Some(0))),
        count_all().over(window().order_by(Task::effort).range(Some(1_i16), None)),
        count_all().over(window().order_by(Task::effort).groups(None, Some(1))),
    ));
    assert_eq!(frames.all().await.unwrap(), [(1, 3, 2), (2, 2, 3), (2, 1, 3)]);
    let last = window().order_by(Task::effort);
    let last = db
        .select::<Task>()
        .order_by(desc(Task::effort))
        .columns((cume_dist().over(last.clone()), nth_value(Task::effort, 3).over(last)));
    assert_eq!(last.first().await.unwrap(), Some((1.0, Some(5))));
    let week = window().order_by(Project::created_at).range(Some("P7D".parse::<Interval>().unwrap()), None);
    let projects = db.select::<Project>().columns(count_all().over(week)).all().await.unwrap();
    assert_eq!(projects, [2, 2]);
}

#[tokio::test]
async fn subqueries_as_conditions_and_values() {
    let (_guard, db) = filled().await;
    let with_tasks = select::<Task>().correlate::<Project>().filter(eq(Task::project_id, Project::id));
    let names =
        |condition: Condition<Project>| db.select::<Project>().filter(condition).columns(Project::name);
    assert_eq!(names(not(exists(with_tasks)).scoped()).all().await.unwrap(), strings(["second"]));
    let ids = select::<Task>().filter(gt(Task::effort, 4)).columns(Task::project_id);
    assert_eq!(names(Project::id.in_query(ids).scoped()).all().await.unwrap(), strings(["first"]));
    let efforts: Vec<(String, Option<i16>)> = db
        .select::<Project>()
        .columns((
            Project::name,
            scalar(
                select::<Task>()
                    .correlate::<Project>()
                    .filter(eq(Task::project_id, Project::id))
                    .order_by(desc(Task::effort))
                    .limit(1)
                    .columns(Task::effort),
            ),
        ))
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(efforts, [("first".to_owned(), Some(5)), ("second".to_owned(), None)]);
    // Of the same table: the tasks with the most effort of their project.
    let most = select::<Parent>()
        .correlate::<Task>()
        .filter(eq(Parent::column(Task::project_id), Task::project_id))
        .columns(max(Parent::column(Task::effort)));
    let titles = db.select::<Task>().filter(eq(Task::effort, scalar(most))).columns(Task::title);
    assert_eq!(titles.all().await.unwrap(), strings(["a"]));
}

#[tokio::test]
async fn rows_of_two_queries_are_put_together() {
    let (_guard, db) = filled().await;
    let titles = || select::<Task>().columns(Task::title);
    let names = db.select::<Project>().columns(Project::name);
    let all = names.union(titles()).order_by_column_desc(1).limit(2).all().await.unwrap();
    assert_eq!(all, strings(["second", "first"]));
    let twice = db.select::<Task>().columns(Task::title).union_all(titles());
    assert_eq!(twice.count().await.unwrap(), 6);
    let a = select::<Task>().filter(eq(Task::title, "a")).columns(Task::title);
    let rest = db.select::<Task>().columns(Task::title).except(a).order_by_column(1).all().await.unwrap();
    assert_eq!(rest, strings(["b", "c"]));
    let a = select::<Task>().filter(eq(Task::title, "a")).columns(Task::title);
    let both = db.select::<Task>().columns(Task::title).intersect(a).first().await.unwrap();
    assert_eq!(both.as_deref(), Some("a"));
}

#[tokio::test]
async fn distinct_rows_counts_and_plans() {
    let (_guard, db) = filled().await;
    let projects = db.select::<Task>().columns(Task::project_id).distinct();
    assert_eq!(projects.count().await.unwrap(), 1);
    let first = db
        .select::<Task>()
        .distinct_on(Task::project_id)
        .order_by((Task::project_id, desc(Task::effort)))
        .columns(Task::title)
        .all()
        .await
        .unwrap();
    assert_eq!(first, strings(["a"]));
    assert_eq!(db.select::<Task>().filter(ne(Task::title, "a")).count().await.unwrap(), 2);
    assert_eq!(db.select::<Task>().limit(1).count().await.unwrap(), 1);
    let plan = db.select::<Task>().filter(eq(Task::title, "a")).explain().await.unwrap();
    assert!(plan.contains("Scan on tasks"), "{plan}");
    let plan = db.select::<Project>().with(Project::tasks()).explain_analyze().await.unwrap();
    assert!(plan.contains("rows="), "{plan}");
}

#[tokio::test]
async fn order_says_where_null_comes_and_cases_choose() {
    let (_guard, db) = filled().await;
    let titles = db
        .select::<Task>()
        .order_by((desc(Task::note).nulls_last(), Task::title.desc()))
        .columns(case::<String, _, _>(eq(Task::title, "a"), "first").otherwise(Task::title))
        .all()
        .await
        .unwrap();
    assert_eq!(titles, strings(["first", "c", "b"]));
}

#[tokio::test]
async fn locked_rows_are_skipped_or_refused() {
    let (_guard, db) = filled().await;
    let holder = db.begin().await.unwrap();
    let held = holder.select::<Task>().filter(eq(Task::title, "a")).lock(for_update()).one().await.unwrap();
    let other = db.begin().await.unwrap();
    let free = other
        .select::<Task>()
        .inner_join::<Project>()
        .on(eq(Task::project_id, Project::id))
        .lock(for_update().of::<Task>().skip_locked())
        .all()
        .await
        .unwrap();
    assert_eq!(free.len(), 2);
    let with_what_a_join_leaves_out = other
        .select::<Task>()
        .left_join::<Comment>()
        .on(eq(Comment::task_id, Task::id))
        .lock(for_update().of::<Task>().skip_locked());
    assert_eq!(with_what_a_join_leaves_out.all().await.unwrap().len(), 2);
    let refused =
        other.select::<Task>().filter(eq(Task::id, held.id)).lock(for_update().nowait()).all().await;
    assert_eq!(refused.unwrap_err().code().map(|code| code.code().to_owned()).as_deref(), Some("55P03"));
}

#[tokio::test]
async fn rows_are_streamed() {
    let (_guard, db) = filled().await;
    let tasks: Vec<Task> =
        db.select::<Task>().order_by(Task::id).stream().await.unwrap().try_collect().await.unwrap();
    assert_eq!(tasks.len(), 3);
    let titles =
        db.select::<Task>().columns((Task::title, Task::note)).order_by(Task::id).stream().await.unwrap();
    let titles: Vec<(String, Option<String>)> = titles.try_collect().await.unwrap();
    assert_eq!(titles[0], ("a".to_owned(), Some("x".to_owned())));
    let both = db.select::<Task>().columns(Task::title).union_all(select::<Task>().columns(Task::title));
    assert_eq!(both.stream().await.unwrap().try_collect::<Vec<_>>().await.unwrap().len(), 6);
    let tx = db.begin().await.unwrap();
    let mut numbers = tx
        .query_as::<(i64,)>(sql!("SELECT n::int8 FROM generate_series(1, {}) n", 100_000))
        .stream()
        .await
        .unwrap();
    assert_eq!(numbers.try_next().await.unwrap(), Some((1,)));
    assert_eq!(tx.select::<Task>().count().await.unwrap(), 3);
    assert_eq!(numbers.try_fold(1, async |rows, _| Ok(rows + 1)).await.unwrap(), 100_000);
    let wrong = db.query_as::<(i64, i64)>(sql!("SELECT 1::int8")).stream().await.unwrap();
    let error = wrong.try_collect::<Vec<_>>().await.unwrap_err();
    assert!(error.to_string().contains("returns 1 columns and 2 are read"), "{error}");
}

#[tokio::test]
async fn an_expression_with_a_value_is_grouped_and_sorted_by_its_clone() {
    let (_guard, db) = filled().await;
    let note = coalesce(Task::note, "none");
    let groups: Vec<(String, i64)> = db
        .select::<Task>()
        .columns((note.clone(), count_all()))
        .group_by(note.clone())
        .order_by(note.clone())
        .all()
        .await
        .unwrap();
    assert_eq!(groups, [("none".to_owned(), 2), ("x".to_owned(), 1)]);
    let distinct = db.select::<Task>().columns(note.clone()).distinct().order_by(desc(note.clone()));
    assert_eq!(distinct.all().await.unwrap(), strings(["x", "none"]));
    let first = db
        .select::<Task>()
        .distinct_on(note.clone())
        .order_by((note, Task::title))
        .columns(Task::title)
        .all()
        .await
        .unwrap();
    assert_eq!(first, strings(["b", "a"]));
}

#[tokio::test]
async fn an_array_of_what_cannot_be_null_has_no_nulls_of_an_outer_join() {
    let (_guard, db) = filled().await;
    let rows = db
        .select::<Project>()
        .left_join::<Task>()
        .on(eq(Task::project_id, Project::id))
        .columns((Project::name, array_agg(Task::title).order_by(Task::title), array_agg(Task::note)))
        .group_by(Project::id)
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].1, Some(strings(["a", "b", "c"])));
    assert_eq!(rows[0].2.as_ref().map(Vec::len), Some(3));
    assert_eq!((rows[1].1.as_ref(), rows[1].2.as_deref()), (None, Some(&[None][..])));
}
