#include "sky/redis/client.h"

#include <openssl/evp.h>

#include <array>

#include "client_link.h"
#include "codec.h"
#include "sky/base/encode.h"

namespace sky::redis {
namespace {

std::string sha1(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned int size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    return hex_encode({reinterpret_cast<const char*>(digest.data()), size});
}

Task<Result<Value>> single(Task<Result<std::vector<Value>>> exchange) {
    auto values = co_await std::move(exchange);
    if (!values) co_return std::unexpected(std::move(values.error()));
    Value& value = values->front();
    if (value.kind == Value::Kind::error) co_return std::unexpected(error_of(std::move(value.text)));
    co_return std::move(value);
}

std::string encode_script(std::string_view verb, std::string_view script, std::span<const std::string_view> keys,
                          std::span<const std::string_view> arguments) {
    const std::string count = std::to_string(keys.size());
    std::vector<std::string_view> argv{verb, script, count};
    argv.insert(argv.end(), keys.begin(), keys.end());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return encode(argv);
}

}  // namespace

Client::Client(Executor executor, Options options) : link_(std::make_shared<Link>(std::move(executor), std::move(options))) {
    link_->start();
}
Client::~Client() { link_->close(); }

bool Client::connected() const { return link_->up(); }
std::size_t Client::waiting() const { return link_->waiting(); }
Task<void> Client::stop() { return link_->stop(); }

Task<Result<Value>> Client::command(std::span<const std::string_view> argv, Deadline deadline) {
    return single(Link::exchange(link_, encode(argv), 1, deadline));
}

Task<Result<Value>> Client::command(std::initializer_list<std::string_view> argv, Deadline deadline) {
    return command(std::span<const std::string_view>(argv.begin(), argv.size()), deadline);
}

Task<Result<std::vector<Value>>> Client::pipeline(std::vector<std::vector<std::string>> commands, Deadline deadline) {
    std::string bytes;
    for (const auto& command : commands) bytes += encode(std::vector<std::string_view>(command.begin(), command.end()));
    return Link::exchange(link_, std::move(bytes), commands.size(), deadline);
}

namespace {

template <class Exchange>
Task<Result<Value>> run_script(Exchange exchange, std::string by_hash, std::string whole) {
    auto value = co_await single(exchange(std::move(by_hash)));
    // After a restart or SCRIPT FLUSH Redis knows the script no more: say it in full, which also teaches it.
    if (!value && value.error().reason.starts_with("Redis: NOSCRIPT")) co_return co_await single(exchange(std::move(whole)));
    co_return value;
}

}  // namespace

Task<Result<Value>> Client::run(Script script, std::span<const std::string_view> keys, std::span<const std::string_view> arguments,
                                Deadline deadline) {
    auto exchange = [link = link_, deadline](std::string bytes) { return Link::exchange(link, std::move(bytes), 1, deadline); };
    return run_script(std::move(exchange), encode_script("EVALSHA", sha1(script.text), keys, arguments),
                      encode_script("EVAL", script.text, keys, arguments));
}

}  // namespace sky::redis
