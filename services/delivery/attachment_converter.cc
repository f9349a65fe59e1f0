#include "delivery/attachment_converter.h"

#include <algorithm>

#include "sky/async/timer.h"
#include "sky/http/client.h"
#include "sky/telemetry/log.h"

namespace sky::delivery {
namespace {

constexpr std::chrono::seconds one_attachment{60};
constexpr std::size_t largest_answer = 4 * mailstore::longest_attachment_text;

bool is_temporary(int status) { return status == 408 || status == 429 || (status > 500 && status < 600); }

Task<Result<std::string>> convert(std::string url, std::shared_ptr<const net::TlsClient> tls, mailstore::Attachment attachment,
                                  Deadline deadline) {
    http::Question question{.method = "PUT", .url = std::move(url), .headers = {}, .body = std::move(attachment.octets)};
    question.headers.add("Content-Type", attachment.type);
    question.headers.add("Accept", "text/plain");
    const http::ClientOptions options{
        .tls = std::move(tls), .privacy = http::Privacy::plain_allowed, .permitted = {}, .head = {}, .body_limit = largest_answer};
    auto answer = co_await http::ask(std::move(question), options, std::min(deadline, after(one_attachment)));
    if (!answer && answer.error().fault == Fault::too_large) co_return unexpected(Fault::unsupported, "no text", "text beyond the limit");
    if (!answer || is_temporary(answer->status)) {
        const auto reason = answer ? "status " + std::to_string(answer->status) : answer.error().reason;
        log::warning("delivery.attachment.not_converted", {{"type", attachment.type}, {"reason", reason}});
        co_return unexpected(Fault::unavailable, "the converter is away", reason);
    }
    if (answer->status != 200) co_return unexpected(Fault::unsupported, "no text", "status " + std::to_string(answer->status));
    co_return std::move(answer->body);
}

}  // namespace

mailstore::Converter attachment_converter(std::string url, std::shared_ptr<const net::TlsClient> tls) {
    return [url = std::move(url), tls = std::move(tls)](mailstore::Attachment attachment, Deadline deadline) {
        return convert(url, tls, std::move(attachment), deadline);
    };
}

}  // namespace sky::delivery
