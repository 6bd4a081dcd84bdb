package dev.larder.bench.rivals;

import java.nio.file.Path;

/**
 * The files that the native proxies are started with: what somebody who knows them would write for the same task, one
 * process each, everything kept in memory or in the page cache, no log. On {@code /api/public/} an answer is the same for all; on
 * {@code /api/user/} and {@code /api/admin/} it belongs to the session cookie, whose value they put into the key, since they have no way to ask who
 * that is. Pure; the report shows them as they were.
 */
final class RivalConfigs {
    /** The session cookie of the rules, and of the course backend. */
    private static final String COOKIE = "next-auth.session-token";

    private RivalConfigs() {}

    static String nginx(Ground ground) {
        return nginxFrame(ground, "", """
                  proxy_cache_path %1$s/cache levels=1:2 keys_zone=hits:64m max_size=4g inactive=1d use_temp_path=off;
                  open_file_cache max=20000 inactive=10m;
                  open_file_cache_valid 10m;
                """.formatted(ground.folder()), """
                    location /api/public/ {
                      proxy_pass http://origin;
                      proxy_cache hits;
                      proxy_cache_key $scheme$http_host$request_uri;
                      proxy_cache_valid 200 1h;
                      proxy_cache_lock on;
                      proxy_set_header Cookie "";
                      add_header X-Cache $upstream_cache_status;
                    }
                    location ~ ^/api/(user|admin)/ {
                      proxy_pass http://origin;
                      proxy_cache hits;
                      proxy_cache_key $session$scheme$http_host$request_uri;
                      proxy_cache_valid 200 1h;
                      proxy_cache_lock on;
                      add_header X-Cache $upstream_cache_status;
                    }
                    location / {
                      proxy_pass http://origin;
                    }
                """);
    }

    static String nginxLua(Ground ground, Path modules) {
        String load =
                "load_module %1$s/ndk_http_module.so;\nload_module %1$s/ngx_http_lua_module.so;\n".formatted(modules);
        return nginxFrame(ground, load, "", """
                    location /api/ {
                      content_by_lua_block {
                        local redis = require "nginx.redis"
                        local store = redis:new()
                        store:set_timeout(1000)
                        assert(store:connect("%1$s", %2$d))
                        local key = "nginx:" .. ngx.var.http_host .. ngx.var.request_uri
                        if ngx.var.uri:sub(1, 12) ~= "/api/public/" then
                          key = key .. ":" .. ngx.var.session
                        end
                        local body = store:get(key)
                        if body and body ~= ngx.null then
                          ngx.header["X-Cache"] = "HIT"
                        else
                          local answer = ngx.location.capture("/origin" .. ngx.var.request_uri)
                          ngx.status = answer.status
                          body = answer.body
                          if answer.status == 200 and not answer.header["Set-Cookie"] then
                            store:setex(key, 3600, body)
                          end
                        end
                        store:set_keepalive(60000, 128)
                        ngx.header["Content-Type"] = "application/json"
                        ngx.header["Content-Length"] = #body
                        ngx.print(body)
                      }
                    }
                    location /origin/ {
                      internal;
                      proxy_pass http://origin/;
                    }
                    location / {
                      proxy_pass http://origin;
                    }
                """.formatted(
                        ground.redis().getHost(), ground.redis().getPort()));
    }

    private static String nginxFrame(Ground ground, String modules, String cache, String locations) {
        String folder = ground.folder().toString();
        return """
                %1$suser %2$s;
                worker_processes 1;
                daemon off;
                pid %3$s/pid;
                error_log %3$s/error.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  client_body_temp_path %3$s/t1; proxy_temp_path %3$s/t2; fastcgi_temp_path %3$s/t3; uwsgi_temp_path %3$s/t4; scgi_temp_path %3$s/t5;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000000;
                  keepalive_timeout 600s;
                  default_type application/json;
                  map $http_cookie $session { default ""; "~(?:^|; )next-auth\\.session-token=([^;]+)" $1; }
                  upstream origin { server %4$s; keepalive 128; }
                %5$s  server {
                    listen 127.0.0.1:%6$d backlog=4096;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                %7$s  }
                }
                """.formatted(modules, ground.user(), folder, ground.originAuthority(), cache, ground.port(), locations);
    }

    static String haproxy(Ground ground) {
        return """
                global
                  nbthread 1
                  maxconn 8000
                  tune.maxrewrite 1024
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 600s
                  timeout server 60s
                  timeout http-keep-alive 600s
                  http-reuse always
                cache hits
                  total-max-size 512
                  max-object-size 2000000
                  max-age 3600
                frontend visitors
                  bind 127.0.0.1:%1$d backlog 4096
                  acl cached path_beg /api/public/
                  http-request cache-use hits if cached
                  http-response cache-store hits
                  default_backend origin
                backend origin
                  server origin %2$s
                """.formatted(ground.port(), ground.originAuthority());
    }

    static String varnish(Ground ground) {
        return """
                vcl 4.1;
                backend origin { .host = "%1$s"; .port = "%2$d"; }
                sub vcl_recv {
                  if (req.method == "BAN") { ban("req.url ~ " + req.http.X-Purge); return (synth(200)); }
                  if (req.method != "GET" && req.method != "HEAD") { return (pass); }
                  if (req.url ~ "^/api/public/") { unset req.http.Cookie; return (hash); }
                  if (req.url ~ "^/api/(user|admin)/") { return (hash); }
                  return (pass);
                }
                sub vcl_hash {
                  if (req.url ~ "^/api/(user|admin)/") { hash_data(regsub(req.http.Cookie, "^.*%3$s=([^;]+).*$", "\\1")); }
                }
                sub vcl_backend_response {
                  if (beresp.status == 200 && bereq.url ~ "^/api/" && !beresp.http.Set-Cookie
                      && beresp.http.Cache-Control !~ "private|no-store") {
                    set beresp.ttl = 1h;
                  }
                }
                """.formatted(ground.origin().getHost(), ground.origin().getPort(), COOKIE.replace(".", "\\."));
    }
}
