package io.foldserve.serving.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** SQL that PostgreSQL and H2 read alike. */
final class Statements {
    /** Every table and what is in it; the first part of a key is what is asked for. */
    static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS foldserve_count (model VARCHAR(63) NOT NULL, experiment VARCHAR(200) NOT NULL,"
                    + " name VARCHAR(400) NOT NULL, amount BIGINT NOT NULL, PRIMARY KEY (model, experiment, name))",
            "CREATE TABLE IF NOT EXISTS foldserve_answer (id VARCHAR(40) PRIMARY KEY, model VARCHAR(63) NOT NULL,"
                    + " experiment VARCHAR(200) NOT NULL, label VARCHAR(400), content BYTEA NOT NULL)",
            "CREATE TABLE IF NOT EXISTS foldserve_writer (writer VARCHAR(40) PRIMARY KEY, batch BIGINT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS foldserve_experiment (model VARCHAR(63) PRIMARY KEY,"
                    + " instead_of VARCHAR(4000) NOT NULL, definition VARCHAR(4000) NOT NULL)");

    private Statements() {}

    /** Sets the parameters of a statement for one row. */
    @FunctionalInterface
    interface Binding<T> {
        void bind(PreparedStatement statement, T row) throws SQLException;
    }

    /** Runs {@code sql} once a row, and returns the rows for which it changed nothing. */
    static <T> List<T> runEach(Connection connection, String sql, List<T> rows, Binding<T> binding)
            throws SQLException {
        if (rows.isEmpty()) {
            return rows;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (T row : rows) {
                binding.bind(statement, row);
                statement.addBatch();
            }
            int[] changed = statement.executeBatch();
            List<T> unchanged = new ArrayList<>();
            for (int i = 0; i < changed.length; i++) {
                if (changed[i] == 0) {
                    unchanged.add(rows.get(i));
                }
            }
            return unchanged;
        }
    }

    /** Runs {@code sql} with {@code parameters}, texts or numbers, and returns how many rows it changed. */
    static int run(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }
}
