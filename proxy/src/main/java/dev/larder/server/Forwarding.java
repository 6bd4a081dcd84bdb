package dev.larder.server;

import dev.larder.exchange.StatusFields;
import dev.larder.http.Fields;
import dev.larder.http.SiteFields;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy adds to a request: X-Forwarded-*, Forwarded (RFC 7239) and Via (RFC 9110 section 7.6.3). From a trusted
 * hop these fields are passed on and added to; from anybody else they are dropped and set anew, because backends believe
 * them. Pure; any thread.
 */
public final class Forwarding {

    private static final Set<String> ABOUT_THE_VISITOR = Set.of("forwarded", "x-forwarded-for", "x-real-ip");

    private final List<IpSubnetFilterRule> trusted;

    /**
     * Trusts hops in these ranges.
     *
     * @param trustedProxies addresses or CIDR ranges, e.g. {@code 10.0.0.0/8}
     */
    public Forwarding(List<String> trustedProxies) {
        this.trusted = trustedProxies.stream().map(Forwarding::range).toList();
    }

    private static IpSubnetFilterRule range(String cidr) {
        int slash = cidr.indexOf('/');
        String address = slash < 0 ? cidr : cidr.substring(0, slash);
        int prefix = slash < 0 ? (address.contains(":") ? 128 : 32) : Integer.parseInt(cidr.substring(slash + 1));
        return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
    }

    /** The scheme that the visitor used, as far as can be believed. */
    String scheme(Fields fields, @Nullable InetSocketAddress peer) {
        if (isTrusted(peer)) {
            List<String> said = fields.members("x-forwarded-proto");
            if (!said.isEmpty() && said.get(0).toLowerCase(Locale.ROOT).equals("https")) {
                return "https";
            }
        }
        return "http";
    }

    /**
     * The fields as they go to the backend.
     *
     * @param version in which the request came, for Via
     * @param upgrade keeps those that ask for another protocol
     */
    Fields forwarded(
            Fields fields,
            @Nullable InetSocketAddress peer,
            String host,
            String scheme,
            String version,
            boolean upgrade) {
        boolean believed = isTrusted(peer);
        Fields kept = fields.withoutHopByHop();
        Fields.Builder out = (believed ? kept : kept.without((name, value) -> isOwned(canonical(name)))).toBuilder();
        String address = address(peer);
        String before = believed ? fields.combined("x-forwarded-for") : null;
        out.set("X-Forwarded-For", before == null ? address : before + ", " + address);
        if (!believed || !fields.contains("x-forwarded-proto")) {
            out.set("X-Forwarded-Proto", scheme);
        }
        if (!believed || !fields.contains("x-forwarded-host")) {
            out.set("X-Forwarded-Host", host);
        }
        String hop = "for=" + node(address) + ";host=\"" + host + "\";proto=" + scheme;
        String hops = believed ? fields.combined("forwarded") : null;
        out.set("Forwarded", hops == null ? hop : hops + ", " + hop);
        out.add("Via", version + " " + StatusFields.NAME);
        if (upgrade) {
            out.add("Connection", "upgrade");
            out.add("Upgrade", String.valueOf(fields.combined("upgrade")));
        }
        return out.build();
    }

    private static boolean isOwned(String canonical) {
        return ABOUT_THE_VISITOR.contains(canonical) || SiteFields.SAID_BY_HOPS.contains(canonical);
    }

    /** Backends that read fields as variables make no difference between a dash and an underscore. */
    private static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private boolean isTrusted(@Nullable InetSocketAddress peer) {
        return peer != null && trusted.stream().anyMatch(range -> range.matches(peer));
    }

    private static String address(@Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        return address == null ? "unknown" : address.getHostAddress();
    }

    /** RFC 7239 section 6: an IPv6 address stands in brackets and quotes. */
    private static String node(String address) {
        return address.contains(":") ? "\"[" + address + "]\"" : address;
    }
}
