package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Until when a lease counts, by what comes back of its renewals and when. */
class MemberLeaseTest {

    private static final long LENGTH = Duration.ofSeconds(3).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - LENGTH / 2);
    private final MemberLease lease = new MemberLease(now::get, Duration.ofNanos(LENGTH));

    @Test
    void aRenewalCountsOnlyWhenItIsGrantedAndItsPingHasComeBack() {
        MemberLease.Renewal granted = lease.renew();
        lease.granted(granted, 1);
        assertFalse(lease.isHeld());
        lease.heardBack(granted.number());
        assertTrue(lease.isHeld());

        lease.end();
        MemberLease.Renewal heard = lease.renew();
        lease.heardBack(heard.number());
        assertFalse(lease.isHeld());
        lease.granted(heard, 1);
        assertTrue(lease.isHeld());
    }

    @Test
    void itCountsFromWhenItWasSentAndATenthLessThanItsLength() {
        MemberLease.Renewal sent = lease.renew();
        now.addAndGet(LENGTH / 2);
        complete(sent);
        now.addAndGet(LENGTH / 2 - LENGTH / 10 - 1);
        assertTrue(lease.isHeld());
        assertTrue(lease.isListed());
        assertFalse(lease.hasRunOut(now.get()));
        now.addAndGet(1);
        assertFalse(lease.isHeld());
        assertFalse(lease.isListed());
        assertTrue(lease.hasRunOut(now.get()));
    }

    @Test
    void anEarlierRenewalThatComesLateDoesNotShortenIt() {
        MemberLease.Renewal early = lease.renew();
        now.addAndGet(LENGTH / 3);
        complete(lease.renew());
        complete(early);
        now.addAndGet(LENGTH - LENGTH / 10 - 1);
        assertTrue(lease.isHeld());
    }

    @Test
    void aRenewalFromBeforeTheEndRevivesNothing() {
        MemberLease.Renewal sent = lease.renew();
        lease.end();
        complete(sent);
        assertFalse(lease.isHeld());
        assertFalse(lease.wasKnown(Long.MAX_VALUE));
    }

    @Test
    void whatIsNotAnsweredIsNotGranted() {
        MemberLease.Renewal sent = lease.renew();
        lease.unanswered(sent);
        lease.heardBack(sent.number());
        assertFalse(lease.isHeld());
    }

    @Test
    void sinceWhenItIsKnownIsTheFirstGrantAfterJoining() {
        lease.granted(lease.renew(), 100);
        lease.granted(lease.renew(), 200);
        assertFalse(lease.wasKnown(100));
        assertTrue(lease.wasKnown(101));
        lease.joined();
        assertFalse(lease.wasKnown(101));
        lease.granted(lease.renew(), 300);
        assertFalse(lease.wasKnown(300));
        assertTrue(lease.wasKnown(301));
    }

    @Test
    void whoeverIsUnlistedMayStillHoldIt() {
        complete(lease.renew());
        lease.unlisted();
        assertFalse(lease.isListed());
        assertTrue(lease.isHeld());
    }

    @Test
    void aRenewalIsDueAtEachThird() {
        MemberLease.Renewal sent = lease.renew();
        assertEquals(now.get(), sent.sentNanos());
        assertFalse(lease.isRenewalDue(now.get() + LENGTH / 3 - 1));
        assertTrue(lease.isRenewalDue(now.get() + LENGTH / 3));
    }

    private void complete(MemberLease.Renewal sent) {
        lease.granted(sent, 1);
        lease.heardBack(sent.number());
    }
}
