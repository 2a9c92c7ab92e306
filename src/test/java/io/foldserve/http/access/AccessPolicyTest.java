package io.foldserve.http.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.http.access.AccessRefusal.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {
    private static final String ADMIN = "admin-token-0123456789";
    private static final String PREDICT = "predict-token-0123456789";
    private static final Optional<String> NONE = Optional.empty();

    private static final Caller LOCAL = new Caller(false, true, List.of());
    private static final Caller REMOTE = new Caller(false, false, List.of());
    private static final Caller MANAGING = new Caller(true, false, List.of());

    private static Caller showing(boolean managing, String... authorization) {
        return new Caller(managing, false, List.of(authorization));
    }

    private static Optional<Kind> admin(AccessPolicy policy, Caller caller) {
        return policy.admin(caller).map(AccessRefusal::kind);
    }

    private static Optional<Kind> predict(AccessPolicy policy, Caller caller) {
        return policy.predict(caller).map(AccessRefusal::kind);
    }

    @Test
    void withoutATokenOnlyUsersOfTheMachineAreAdmins() {
        AccessPolicy policy = new AccessPolicy(NONE, NONE, true, false);

        assertThat(admin(policy, LOCAL)).isEmpty();
        assertThat(admin(policy, REMOTE)).contains(Kind.NOT_HERE);
        assertThat(admin(policy, showing(false, "Bearer " + ADMIN))).contains(Kind.NOT_HERE);
    }

    @Test
    void withoutATokenNobodyIsAdminWhereUsersOfTheMachineAreNotTrusted() {
        AccessPolicy policy = new AccessPolicy(NONE, NONE, false, false);

        assertThat(admin(policy, LOCAL)).contains(Kind.NOT_HERE);
        assertThat(policy.admin(REMOTE).orElseThrow().sentence()).contains("foldserve.admin.token");
    }

    @Test
    void aTokenIsAskedOfEverybody() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), NONE, true, false);

        assertThat(admin(policy, showing(false, "Bearer " + ADMIN))).isEmpty();
        assertThat(admin(policy, showing(false, "bearer  " + ADMIN))).isEmpty();
        assertThat(admin(policy, LOCAL)).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, REMOTE)).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, "Bearer " + ADMIN + "0"))).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, "Bearer "))).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, "Basic " + ADMIN))).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, ADMIN))).contains(Kind.NO_TOKEN);
    }

    @Test
    void twoAuthorizationsAreNone() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), NONE, true, false);

        assertThat(admin(policy, showing(false, "Bearer " + ADMIN, "Bearer " + ADMIN)))
                .contains(Kind.NO_TOKEN);
    }

    @Test
    void whereThereIsAManagementPortNothingElseIsAnAdminsDoor() {
        AccessPolicy policy = new AccessPolicy(NONE, NONE, true, true);

        assertThat(admin(policy, MANAGING)).isEmpty();
        assertThat(admin(policy, LOCAL)).contains(Kind.NOT_HERE);
        assertThat(admin(policy, REMOTE)).contains(Kind.NOT_HERE);
    }

    @Test
    void theManagementPortNeedsTheTokenThatIsSet() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), NONE, true, true);

        assertThat(admin(policy, showing(true, "Bearer " + ADMIN))).isEmpty();
        assertThat(admin(policy, MANAGING)).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, "Bearer " + ADMIN))).contains(Kind.NOT_HERE);
    }

    @Test
    void anybodyPredictsWhereNoTokenIsSetForIt() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), NONE, true, false);

        assertThat(predict(policy, REMOTE)).isEmpty();
    }

    @Test
    void eitherTokenPredictsButOnlyOneAdministers() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), Optional.of(PREDICT), true, false);

        assertThat(predict(policy, showing(false, "Bearer " + PREDICT))).isEmpty();
        assertThat(predict(policy, showing(false, "Bearer " + ADMIN))).isEmpty();
        assertThat(predict(policy, LOCAL)).contains(Kind.NO_TOKEN);
        assertThat(admin(policy, showing(false, "Bearer " + PREDICT))).contains(Kind.NO_TOKEN);
    }

    @Test
    void aRefusalSaysNothingOfTheTokens() {
        AccessPolicy policy = new AccessPolicy(Optional.of(ADMIN), Optional.of(PREDICT), true, false);

        String sentence =
                policy.admin(showing(false, "Bearer wrong-token")).orElseThrow().sentence();

        assertThat(sentence)
                .isEqualTo("this call needs the header 'Authorization: Bearer <token>' with the admin token, found"
                        + " another");
    }
}
