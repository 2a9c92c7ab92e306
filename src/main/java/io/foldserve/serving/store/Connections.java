package io.foldserve.serving.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Transactions on pooled connections, each of which fails within seconds if the database is gone. Thread-safe. */
final class Connections implements AutoCloseable {
    private static final int MOST = 4;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** The SQL states of rows that another transaction was faster with: a duplicate key, a deadlock, a conflict. */
    private static final String CONFLICT = "23505|40001|40P01";

    private static final int ATTEMPTS = 5;

    private final HikariDataSource pool;

    Connections(StoreAddress address) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("foldserve-store");
        config.setDriverClassName(address.driver());
        config.setJdbcUrl(address.url());
        address.user().ifPresent(config::setUsername);
        address.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(MOST);
        config.setMinimumIdle(0);
        config.setAutoCommit(false);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setInitializationFailTimeout(-1);
        if (address.url().startsWith(StoreAddress.POSTGRESQL)) {
            config.addDataSourceProperty("socketTimeout", String.valueOf(ANSWER.toSeconds()));
            config.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
            config.addDataSourceProperty("ApplicationName", "foldserve");
        }
        this.pool = new HikariDataSource(config);
    }

    /**
     * What is done with a connection.
     *
     * @param <T> what comes of it
     */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Does {@code work} in one transaction, again if another transaction was in its way.
     *
     * @throws StoreException if the database is gone or refuses it
     */
    <T> T transaction(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.getConnection()) {
                return committed(connection, work);
            } catch (SQLException failure) {
                if (attempt == ATTEMPTS || !isConflict(failure)) {
                    startAnew();
                    throw new StoreException(failure);
                }
            }
        }
    }

    // An embedded database that once found its disk full answers nothing more until all its connections are closed.
    private void startAnew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    private static <T> T committed(Connection connection, Work<T> work) throws SQLException {
        try {
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failure) {
            connection.rollback();
            throw failure;
        }
    }

    private static boolean isConflict(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException said
                    && said.getSQLState() != null
                    && said.getSQLState().matches(CONFLICT)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }
}
