package dev.larder.suite;

import dev.larder.rig.Adjusted;
import dev.larder.rig.Mirror;
import dev.larder.rig.TruthRig;
import dev.larder.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** The rules and visitors that all attacks on privacy share, so that each row is nothing but its requests. */
final class Truth {

    /** Who signs tokens here. */
    static final String SECRET = "0123456789abcdef0123456789abcdef";

    static final String RULES = """
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /me, claims: { id: /id, role: /role }, ttl: 10s }
                end: [POST /logout]
              token:
                credential: { header: Authorization }
                jwt: { algorithms: [HS256], secret: "%s", issuer: us, audience: them, claims: { id: /sub, role: /role } }
                end: [POST /logout]
            routes:
              - name: item
                get: "/p/{u}/item"
                access: public
                key:
                  u: path.u
                  page: { from: query.page, type: int, default: 1, min: 1, max: 100 }
                  q: { from: query.q, max: 2000 }
                  flag: { from: query.flag, type: bool }
                  kind: { from: query.kind, type: enum, values: [a, b] }
                query: { ignore: ["utm_*"] }
                ttl: 60s
              - { name: open, get: "/k/{u}/item", access: public, query: { other: key }, ttl: 60s }
              - name: list
                get: "/m/{u}/item"
                access: public
                key: { u: path.u, tag: { from: query.tag, many: ordered } }
                ttl: 60s
              - { name: file, get: "/d/{u}/{file}", access: public, ttl: 60s }
              - { name: tree, get: "/e/{u}/{rest*}", access: public, ttl: 60s }
              - { name: styles, get: "/x/{rest*}.css", access: public, ttl: 60s }
              - name: language
                get: "/c/{u}/item"
                access: public
                key: { u: path.u, lang: cookie.lang }
                ttl: 60s
              - name: device
                get: "/h/{u}/item"
                access: public
                key: { u: path.u, device: header.X-Device }
                ttl: 60s
              - name: mine
                get: "/mine/{u}/item"
                identity: session
                access: { role: [USER, ADMIN] }
                key: { u: path.u, id: identity.id }
                ttl: 60s
              - { name: admin, get: "/admin/{u}/item", identity: session, access: { role: ADMIN }, ttl: 60s }
              - name: token
                get: "/token/{u}/item"
                identity: token
                access: { role: [USER, ADMIN] }
                key: { u: path.u, id: identity.id }
                ttl: 60s
            """.formatted(SECRET);

    private Truth() {}

    /** The visitors: two administrators and two users by cookie. */
    static Mirror mirror() {
        return new Mirror()
                .session("boss-1", "1", "ADMIN")
                .session("boss-2", "2", "ADMIN")
                .session("user-1", "11", "USER")
                .session("user-2", "12", "USER");
    }

    static TruthRig rig() {
        return rig(UnaryOperator.identity());
    }

    static TruthRig rig(UnaryOperator<Settings> changed) {
        return new TruthRig(RULES, mirror(), changed);
    }

    /** On another store. */
    static UnaryOperator<Settings> storedAt(String url) {
        return of -> Adjusted.of(of)
                .store(store -> store.url(url))
                .waits(waits -> waits.store(Duration.ofSeconds(5)))
                .done();
    }

    /** With hops that are believed. */
    static UnaryOperator<Settings> trusting(String... hops) {
        return of -> Rigs.trusting(of, List.of(hops));
    }
}
