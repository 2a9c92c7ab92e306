package io.foldserve.serving.store;

import static io.foldserve.serving.store.Statements.run;
import static io.foldserve.serving.store.Statements.runEach;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Counts that many processes add to, the last answers by id, and the experiments that were declared at run time, in one
 * database. Thread-safe; each call is one transaction, whose effects are durable when it returns.
 *
 * <p>Connects when it is first used. Every call throws {@link StoreException} while the database is gone, after a few
 * seconds at most, and works again when it is back.
 */
public final class ExperimentStore implements AutoCloseable {
    private final StoreAddress address;
    private final Connections connections;
    private final String writer = UUID.randomUUID().toString();
    private volatile boolean hasTables;

    /** A store at {@code address}; nothing is opened yet. */
    public ExperimentStore(StoreAddress address) {
        this.address = address;
        this.connections = new Connections(address);
    }

    /**
     * Adds {@code batch}, once: a batch of the same number that was written before, without this process hearing of it,
     * is left out.
     *
     * @param number of this process's batches, from 1, without gaps
     */
    public void write(Batch batch, long number) {
        transaction(connection -> {
            OptionalLong last = lastBatch(connection);
            if (last.isPresent() && last.getAsLong() >= number) {
                return false;
            }
            if (last.isPresent()) {
                run(connection, "UPDATE foldserve_writer SET batch = ? WHERE writer = ?", number, writer);
            } else {
                run(connection, "INSERT INTO foldserve_writer (batch, writer) VALUES (?, ?)", number, writer);
            }
            addAll(connection, batch.counts());
            putAll(connection, batch.answers());
            return true;
        });
    }

    private OptionalLong lastBatch(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT batch FROM foldserve_writer WHERE writer = ?")) {
            select.setString(1, writer);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    private static void addAll(Connection connection, Map<CountKey, Long> counts) throws SQLException {
        List<Map.Entry<CountKey, Long>> rows = new ArrayList<>(new TreeMap<>(counts).entrySet());
        List<Map.Entry<CountKey, Long>> fresh = runEach(
                connection,
                "UPDATE foldserve_count SET amount = amount + ? WHERE model = ? AND experiment = ? AND name = ?",
                rows,
                ExperimentStore::bind);
        runEach(
                connection,
                "INSERT INTO foldserve_count (amount, model, experiment, name) VALUES (?, ?, ?, ?)",
                fresh,
                ExperimentStore::bind);
    }

    private static void bind(PreparedStatement statement, Map.Entry<CountKey, Long> row) throws SQLException {
        statement.setLong(1, row.getValue());
        statement.setString(2, row.getKey().model());
        statement.setString(3, row.getKey().experiment());
        statement.setString(4, row.getKey().name());
    }

    private static void putAll(Connection connection, List<AnswerRow> answers) throws SQLException {
        List<AnswerRow> fresh = runEach(
                connection, "UPDATE foldserve_answer SET content = ? WHERE id = ?", answers, (statement, row) -> {
                    statement.setBytes(1, row.content().bytes());
                    statement.setString(2, row.id());
                });
        runEach(
                connection,
                "INSERT INTO foldserve_answer (id, model, experiment, content) VALUES (?, ?, ?, ?)",
                fresh,
                (statement, row) -> {
                    statement.setString(1, row.id());
                    statement.setString(2, row.model());
                    statement.setString(3, row.experiment());
                    statement.setBytes(4, row.content().bytes());
                });
    }

    /**
     * Adds what is said of answers, each once, all or none of it.
     *
     * @return for each what was said of the answer before, if anything was; nothing is added for those
     */
    public List<Optional<String>> settle(List<Feedback> feedback) {
        return transaction(connection -> {
            List<Optional<String>> before = new ArrayList<>();
            for (Feedback said : feedback) {
                before.add(settle(connection, said));
            }
            return before;
        });
    }

    private static Optional<String> settle(Connection connection, Feedback said) throws SQLException {
        String id = said.answer().id();
        if (answer(connection, id).isEmpty()) {
            putAll(connection, List.of(said.answer()));
        }
        String sql = "UPDATE foldserve_answer SET label = ? WHERE id = ? AND label IS NULL";
        if (run(connection, sql, said.label(), id) == 1) {
            addAll(connection, said.counts());
            return Optional.empty();
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT label FROM foldserve_answer WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    /** What was answered under {@code id}, if it is kept. */
    public Optional<AnswerRow> answer(String id) {
        return !address.hasBegun() ? Optional.empty() : transaction(connection -> answer(connection, id));
    }

    private static Optional<AnswerRow> answer(Connection connection, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT model, experiment, content FROM foldserve_answer WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next()
                        ? Optional.of(new AnswerRow(
                                id, rows.getString(1), rows.getString(2), new AnswerRow.Content(rows.getBytes(3))))
                        : Optional.empty();
            }
        }
    }

    /** What was counted of an experiment by all processes, by name. */
    public Map<String, Long> counts(String model, String experiment) {
        if (!address.hasBegun()) {
            return Map.of();
        }
        return transaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT name, amount FROM foldserve_count WHERE model = ? AND experiment = ?")) {
                select.setString(1, model);
                select.setString(2, experiment);
                Map<String, Long> counts = new TreeMap<>();
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        counts.put(rows.getString(1), rows.getLong(2));
                    }
                }
                return counts;
            }
        });
    }

    /** Keeps the newest {@code most} answers, whose ids rise with time. */
    public void keepNewest(int most) {
        if (!address.hasBegun()) {
            return;
        }
        transaction(connection -> run(
                connection,
                "DELETE FROM foldserve_answer WHERE id < (SELECT id FROM foldserve_answer ORDER BY id DESC"
                        + " OFFSET ? ROWS FETCH NEXT 1 ROWS ONLY)",
                most - 1));
    }

    /** Keeps what was declared at run time for a model, in place of what was there. */
    public void declare(String model, Declared declared) {
        transaction(connection -> {
            run(connection, "DELETE FROM foldserve_experiment WHERE model = ?", model);
            return run(
                    connection,
                    "INSERT INTO foldserve_experiment VALUES (?, ?, ?)",
                    model,
                    declared.insteadOf(),
                    declared.definition());
        });
    }

    /** Whether other processes may write to it too. */
    public boolean isShared() {
        return address.isShared();
    }

    /** What was declared at run time, by model. */
    public Map<String, Declared> declared() {
        if (!address.hasBegun()) {
            return Map.of();
        }
        return transaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                            "SELECT model, instead_of, definition FROM foldserve_experiment");
                    ResultSet rows = select.executeQuery()) {
                Map<String, Declared> declared = new TreeMap<>();
                while (rows.next()) {
                    declared.put(rows.getString(1), new Declared(rows.getString(2), rows.getString(3)));
                }
                return declared;
            }
        });
    }

    private <T> T transaction(Connections.Work<T> work) {
        try {
            if (!hasTables) {
                for (String table : Statements.TABLES) {
                    connections.transaction(connection -> run(connection, table));
                }
                hasTables = true;
            }
            return connections.transaction(work);
        } catch (StoreException failure) {
            // The database that comes back need not have the tables.
            hasTables = false;
            throw failure;
        }
    }

    /** Ends the connections. */
    @Override
    public void close() {
        connections.close();
    }
}
