-- The tasks that nobody has finished.
SELECT id, project_id, title, note
FROM tasks
WHERE status <> 'done';
