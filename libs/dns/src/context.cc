#include "context.h"

#include <fmt/format.h>

namespace sky::dns {
namespace {
// "192.0.2.53@53", as libunbound writes ports.
std::string at_port(const net::Endpoint& server) { return fmt::format("{}@{}", server.address, server.port == 0 ? 53 : server.port); }

// Keeps the first failure, so that a list of settings reads as a list.
class Setter {
  public:
    explicit Setter(ub_ctx* context) : context_(context) {}
    void option(const char* name, const std::string& value) { check(ub_ctx_set_option(context_, name, value.c_str()), name + value); }
    void check(int code, std::string what) {
        if (code == 0 || failed_ != 0) return;
        failed_ = code;
        what_ = std::move(what);
    }
    Result<void> outcome() const {
        if (failed_ == 0) return {};
        return unexpected(failed_ == UB_SYNTAX || failed_ == UB_READFILE ? Fault::syntax : Fault::unavailable,
                          "names can't be looked up now", fmt::format("libunbound: {}: {}", what_, ub_strerror(failed_)));
    }

  private:
    ub_ctx* context_;
    int failed_ = 0;
    std::string what_;
};
}  // namespace

Result<Context> make_context(const Options& options) {
    Context context(ub_ctx_create());
    if (!context) return unexpected(Fault::unavailable, "names can't be looked up now", "libunbound gives no context");
    Setter set(context.get());
    set.check(ub_ctx_async(context.get(), 1), "a thread of its own");
    // Half for records, a quarter each for messages and keys; what is known of servers and of absent names is small beside them.
    set.option("rrset-cache-size:", std::to_string(options.cache_octets / 2));
    set.option("msg-cache-size:", std::to_string(options.cache_octets / 4));
    set.option("key-cache-size:", std::to_string(options.cache_octets / 4));
    set.option("neg-cache-size:", std::to_string(options.cache_octets / 16));
    set.option("infra-cache-numhosts:", "2000");
    for (const char* slabs : {"rrset-cache-slabs:", "msg-cache-slabs:", "key-cache-slabs:", "infra-cache-slabs:"}) set.option(slabs, "1");
    set.option("num-queries-per-thread:", std::to_string(options.questions));
    set.option("outbound-msg-retry:", std::to_string(options.tries));
    if (!options.resolv_conf.empty()) set.check(ub_ctx_resolvconf(context.get(), options.resolv_conf.c_str()), options.resolv_conf);
    for (const auto& server : options.forwarders)
        set.check(ub_ctx_set_fwd(context.get(), at_port(server).c_str()), "forward to " + server.text());
    for (const auto& stub : options.stubs)
        set.check(ub_ctx_set_stub(context.get(), stub.zone.c_str(), at_port(stub.server).c_str(), 0), "stub " + stub.zone);
    if (!options.trust_anchors.empty()) set.check(ub_ctx_add_ta_file(context.get(), options.trust_anchors.c_str()), options.trust_anchors);
    // Whoever names a server knows better than the built-in list of what the public DNS does not have: private networks, test.
    if (!options.forwarders.empty() || !options.stubs.empty() || !options.resolv_conf.empty()) {
        set.option("do-not-query-localhost:", "no");
        set.option("unblock-lan-zones:", "yes");
        set.option("insecure-lan-zones:", "yes");
        if (auto good = set.outcome(); !good) return forward(good);
        // Fixes the settings: nothing may be set after it.
        for (const char* zone : {"test.", "home.arpa."}) set.check(ub_ctx_zone_remove(context.get(), zone), zone);
    }
    if (auto good = set.outcome(); !good) return forward(good);
    return context;
}

}  // namespace sky::dns
