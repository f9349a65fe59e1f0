#include "sky/rpc/context.h"

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/rpc/unary.h"

namespace sky::rpc {
namespace {

// https://www.w3.org/TR/trace-context/ §3.2.2: lower-case hex and hyphens, 55 octets in version 00.
bool is_traceparent(std::string_view text) {
    return text.size() == 55 && std::ranges::all_of(text, [](char c) { return ascii::is_digit(c) || (c >= 'a' && c <= 'f') || c == '-'; });
}

Deadline deadline_of(const grpc::CallbackServerContext& context) {
    const auto left = context.deadline() - std::chrono::system_clock::now();
    const auto bounded = std::clamp<std::chrono::nanoseconds>(left, std::chrono::nanoseconds::zero(), longest_call);
    return after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(bounded));
}

}  // namespace

Context context_of(const grpc::CallbackServerContext& context, std::string request) {
    Context out;
    out.deadline = deadline_of(context);
    out.request = std::move(request);
    out.peer = context.peer();
    if (const auto identity = context.auth_context(); identity && identity->IsPeerAuthenticated()) {
        const auto names = identity->FindPropertyValues("x509_common_name");
        if (!names.empty()) out.caller = std::string(names.front().data(), names.front().size());
    }
    const auto& metadata = context.client_metadata();
    if (const auto at = metadata.find(trace_key); at != metadata.end()) {
        const std::string_view text(at->second.data(), at->second.size());
        if (is_traceparent(text)) out.traceparent = text;
    }
    if (const auto at = metadata.find(bearer_key); at != metadata.end()) {
        constexpr std::string_view scheme = "bearer ";
        const std::string_view text(at->second.data(), at->second.size());
        if (ascii::to_lower(text.substr(0, scheme.size())) == scheme) out.bearer = text.substr(scheme.size());
    }
    return out;
}

}  // namespace sky::rpc
