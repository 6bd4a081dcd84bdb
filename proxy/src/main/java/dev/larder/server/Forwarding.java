package dev.larder.server;

import dev.larder.exchange.StatusFields;
import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.SiteFields;
import dev.larder.http.Target;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy adds to a request: X-Forwarded-*, Forwarded (RFC 7239) and Via (RFC 9110 section 7.6.3). From a trusted
 * hop these fields are passed on and added to; from anybody else they are dropped and set anew, because backends believe
 * them. Pure; any thread.
 */
public final class Forwarding {

    /** What says who the visitor is and where they were going; backends make no difference between dashes and underscores. */
    private static final FieldNames OWNED = FieldNames.withUnderscores(
            Stream.concat(SiteFields.SAID_BY_HOPS.stream(), Stream.of("forwarded", "x-forwarded-for", "x-real-ip"))
                    .toList());

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

    /** What is said of requests that come over one connection. */
    Hop from(@Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        boolean believed = peer != null && trusted.stream().anyMatch(range -> range.matches(peer));
        return new Hop(address == null ? "unknown" : address.getHostAddress(), believed);
    }

    /** The last hop before us: whoever is at the other end of one connection. Confined to the loop of that. */
    static final class Hop {

        private final String address;
        private final boolean believed;

        /** What was added to the last request that said nothing of earlier hops, and what it depends on. */
        private @Nullable Added added;

        private Hop(String address, boolean believed) {
            this.address = address;
            this.believed = believed;
        }

        private record Added(
                String host, String scheme, String version, Fields fields, String authority, String site) {}

        /**
         * The head as it goes to the backend.
         *
         * @param sent the fields as they came, one Host among them
         * @param host its value
         * @param version in which the request came, for Via
         * @param upgrade keeps those that ask for another protocol
         */
        RequestHead forwarded(String method, Target target, Fields sent, String host, String version, boolean upgrade) {
            String scheme = scheme(sent);
            if (believed) {
                Fields all = addedTo(sent.withoutHopByHop(), sent, host, scheme, version);
                return new RequestHead(
                        method, target, scheme, authority(host, scheme), upgrade ? upgrading(all, sent) : all);
            }
            Added more = added(host, scheme, version);
            Fields all = sent.withoutHopByHop(OWNED, more.fields);
            return new RequestHead(
                    method, target, scheme, more.authority, upgrade ? upgrading(all, sent) : all, more.site);
        }

        /** The scheme that the visitor used, as far as can be believed. */
        private String scheme(Fields sent) {
            if (believed) {
                List<String> said = sent.members("x-forwarded-proto");
                if (!said.isEmpty() && said.get(0).toLowerCase(Locale.ROOT).equals("https")) {
                    return "https";
                }
            }
            return "http";
        }

        private static Fields upgrading(Fields fields, Fields sent) {
            return fields.and(Fields.of("Connection", "upgrade", "Upgrade", String.valueOf(sent.combined("upgrade"))));
        }

        /** What is said anew, where nothing that came with the request is believed. */
        private Added added(String host, String scheme, String version) {
            Added last = added;
            if (last == null
                    || !last.host.equals(host)
                    || !last.scheme.equals(scheme)
                    || !last.version.equals(version)) {
                Fields fields = addedTo(Fields.EMPTY, Fields.EMPTY, host, scheme, version);
                String authority = authority(host, scheme);
                // Of all that tells sites apart only Host is left of what came.
                String site = SiteFields.beyondAuthority(
                        scheme, authority, Fields.of("Host", host).and(fields));
                last = new Added(host, scheme, version, fields, authority, site);
                added = last;
            }
            return last;
        }

        private static String authority(String host, String scheme) {
            String lower = host.toLowerCase(Locale.ROOT);
            String defaultPort = scheme.equals("https") ? ":443" : ":80";
            return lower.endsWith(defaultPort) ? lower.substring(0, lower.length() - defaultPort.length()) : lower;
        }

        /** Adds to {@code kept} what follows from {@code came}, which Connection cannot make larder forget. */
        private Fields addedTo(Fields kept, Fields came, String host, String scheme, String version) {
            Fields.Builder out = kept.toBuilder();
            String before = came.combined("x-forwarded-for");
            out.set("X-Forwarded-For", before == null ? address : before + ", " + address);
            if (!came.contains("x-forwarded-proto")) {
                out.set("X-Forwarded-Proto", scheme);
            }
            if (!came.contains("x-forwarded-host")) {
                out.set("X-Forwarded-Host", host);
            }
            String hop = "for=" + node(address) + ";host=\"" + host + "\";proto=" + scheme;
            String hops = came.combined("forwarded");
            out.set("Forwarded", hops == null ? hop : hops + ", " + hop);
            return out.add("Via", version + " " + StatusFields.NAME).build();
        }
    }

    /** RFC 7239 section 6: an IPv6 address stands in brackets and quotes. */
    private static String node(String address) {
        return address.contains(":") ? "\"[" + address + "]\"" : address;
    }
}
