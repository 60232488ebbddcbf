//! Queries in the place of tables: subqueries, lateral ones, common table expressions.

use levity::{
    FromRow, asc, count_all, cte, cte_sql, desc, eq, gt, gte, is_null, lateral, recursive, row, select,
    select_from, sql, subquery, sum, value,
};

use crate::{
    select::{Total, TotalColumns, filled},
    tables::{Project, Status, Task},
};

#[derive(Debug, PartialEq, FromRow)]
struct Node {
    id: i64,
    depth: i32,
}

#[tokio::test]
async fn queries_in_the_place_of_tables() {
    let (_guard, db) = filled().await;
    let totals = || {
        select::<Task>()
            .columns(TotalColumns {
                project_id: Task::project_id,
                tasks: count_all(),
                effort: sum(Task::effort),
            })
            .group_by(Task::project_id)
    };
    let inline: Vec<(String, i64)> = db
        .select::<Project>()
        .inner_join_query(subquery(totals()))
        .on(eq(Total::project_id, Project::id))
        .columns((Project::name, Total::tasks))
        .all()
        .await
        .unwrap();
    assert_eq!(inline, [("first".to_owned(), 3)]);
    let named: Vec<(String, Option<i64>)> = db
        .select::<Project>()
        .left_join_query(cte(totals()).materialized())
        .on(eq(Total::project_id, Project::id))
        .columns((Project::name, Total::tasks))
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(named[1], ("second".to_owned(), None));
    let whole: Vec<Total> = db.select_from(cte(totals())).filter(gte(Total::effort, 9)).all().await.unwrap();
    assert_eq!(whole.len(), 1);
    let top: Vec<(String, Option<String>)> = db
        .select::<Project>()
        .left_join_query(lateral(
            select::<Task>()
                .correlate::<Project>()
                .filter(eq(Task::project_id, Project::id))
                .order_by(desc(Task::effort))
                .limit(1)
                .columns(row::<Task>()),
        ))
        .on(sql!("true"))
        .columns((Project::name, Task::title))
        .order_by(Project::name)
        .all()
        .await
        .unwrap();
    assert_eq!(top, [("first".to_owned(), Some("a".to_owned())), ("second".to_owned(), None)]);
}

#[tokio::test]
async fn common_table_expressions_recurse_and_change_data() {
    let (_guard, db) = filled().await;
    let tree = recursive(
        select::<Task>()
            .filter(is_null(Task::parent_id))
            .columns(NodeColumns { id: Task::id, depth: value(0_i32) }),
        |node| {
            select::<Task>()
                .inner_join_query(node)
                .on(eq(Task::parent_id, Node::id))
                .columns(NodeColumns { id: Task::id, depth: Node::depth + 1 })
        },
    );
    let depths: Vec<(String, i32)> = db
        .select_from(tree)
        .inner_join::<Task>()
        .on(eq(Task::id, Node::id))
        .columns((Task::title, Node::depth))
        .order_by((desc(Node::depth), asc(Task::title)))
        .all()
        .await
        .unwrap();
    assert_eq!(depths[0], ("c".to_owned(), 1));
    assert_eq!(depths.len(), 3);

    let moved = cte_sql::<Node>(sql!("UPDATE tasks SET effort = 7 WHERE title = {} RETURNING id, 0", "b"));
    let changed: Vec<(i64, String)> = db
        .select_from(moved)
        .inner_join::<Task>()
        .on(eq(Task::id, Node::id))
        .columns((Node::id, Task::title))
        .all()
        .await
        .unwrap();
    assert_eq!(changed[0].1, "b");
    let effort = db.select::<Task>().filter(eq(Task::title, "b")).columns(Task::effort).one().await.unwrap();
    assert_eq!(effort, 7);

    // One that both sides of a set read is computed once, and before the whole statement.
    let more = || cte_sql::<Node>(sql!("UPDATE tasks SET effort = effort + 1 RETURNING id, 0"));
    let both = more();
    assert_eq!(db.select_from(both.clone()).union_all(select_from(both)).count().await.unwrap(), 6);
    assert_eq!(db.select_from(more()).count().await.unwrap(), 3);
    let effort = db.select::<Task>().filter(eq(Task::title, "b")).columns(Task::effort).one().await.unwrap();
    assert_eq!(effort, 9);
}

#[tokio::test]
async fn common_table_expressions_of_one_row_type_are_told_apart() {
    let (_guard, db) = filled().await;
    let nodes = cte(select::<Task>().columns(NodeColumns { id: Task::id, depth: value(0_i32) }));
    let some = cte(nodes.clone().select().filter(gt(Node::id, 1)));
    assert_eq!(db.select_from(some.clone()).count().await.unwrap(), 2);
    let fewer = cte(some.select().filter(gt(Node::id, 2)));
    let only: Vec<Node> = db.select_from(fewer).all().await.unwrap();
    assert_eq!(only, [Node { id: 3, depth: 0 }]);
    let both = nodes.clone().select().union_all(nodes.select());
    assert_eq!(db.select_from(cte(both)).count().await.unwrap(), 6);
}

#[tokio::test]
async fn a_common_table_expression_hides_no_table() {
    let (_guard, db) = filled().await;
    let done = || cte(select::<Task>().filter(eq(Task::status, Status::Done)));
    let totals = subquery(
        select_from(done())
            .columns(TotalColumns {
                project_id: Task::project_id,
                tasks: count_all(),
                effort: sum(Task::effort),
            })
            .group_by(Task::project_id),
    );
    let rows: Vec<(String, i64)> = db
        .select::<Task>()
        .inner_join_query(totals)
        .on(eq(Total::project_id, Task::project_id))
        .columns((Task::title, Total::tasks))
        .order_by(Task::title)
        .all()
        .await
        .unwrap();
    assert_eq!(rows, [("a".to_owned(), 1), ("b".to_owned(), 1), ("c".to_owned(), 1)]);
    let count: Vec<(String, i64)> = db
        .select::<Project>()
        .inner_join_query(done())
        .on(eq(Task::project_id, Project::id))
        .columns((Task::title, Project::tasks().count()))
        .all()
        .await
        .unwrap();
    assert_eq!(count, [("a".to_owned(), 3)]);
    let copied = db.insert_from(
        (Task::project_id, Task::title),
        select_from(done()).columns((Task::project_id, Task::title)),
    );
    assert_eq!(copied.execute().await.unwrap(), 1);
}
