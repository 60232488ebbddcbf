-- Runs in a session whose client has left, for as long as the test server does, and stops the server when nobody has
-- used it for a while. A process that uses the server holds lock 1 shared, so the server is never stopped under it;
-- lock 2 keeps a second watchdog from starting.
DO $watchdog$
DECLARE
    last_used timestamptz := clock_timestamp();
BEGIN
    IF NOT pg_try_advisory_lock(1818588788, 2) THEN
        RETURN;
    END IF;
    RAISE NOTICE 'watching';
    LOOP
        COMMIT; -- The next look at the activity needs a new transaction, and vacuum should not wait for this one.
        PERFORM pg_sleep({interval});
        IF EXISTS (
            SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
        ) THEN
            last_used := clock_timestamp();
        ELSIF clock_timestamp() - last_used >= make_interval(secs => {patience})
            AND pg_try_advisory_lock(1818588788, 1)
        THEN
            COPY (SELECT) TO PROGRAM 'kill -INT $(head -n 1 postmaster.pid)';
            RETURN;
        END IF;
    END LOOP;
END
$watchdog$
