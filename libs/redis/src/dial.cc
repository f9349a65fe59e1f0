#include "dial.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "codec.h"

namespace sky::redis {
namespace {

Task<Result<Value>> ask(net::Stream& stream, Decoder& decoder, std::vector<std::string_view> argv, Deadline deadline) {
    const std::string bytes = encode(argv);
    if (auto sent = co_await stream.write(bytes); !sent) co_return std::unexpected(sent.error());
    std::array<char, 1024> buffer;
    for (;;) {
        auto value = decoder.next();
        if (!value) co_return std::unexpected(value.error());
        if (*value) {
            if ((**value).kind == Value::Kind::error) co_return std::unexpected(error_of((**value).text));
            co_return std::move(**value);
        }
        auto got = co_await stream.read_some(buffer.data(), buffer.size(), deadline);
        if (!got) co_return std::unexpected(got.error());
        decoder.feed({buffer.data(), *got});
    }
}

Result<std::shared_ptr<const net::TlsClient>> tls_of(const Options& options) {
    if (options.tls == Tls::off) return nullptr;
    net::TlsClientOptions tls;
    tls.ca_file = options.authority;
    tls.certificate_file = options.certificate;
    tls.key_file = options.key;
    return net::TlsClient::open(std::move(tls));
}

}  // namespace

Task<Result<net::Stream>> dial(Options options) {
    const Deadline deadline = after(dial_limit);
    auto tls = tls_of(options);  // read anew each time: certificates change
    if (!tls) co_return std::unexpected(tls.error());
    auto stream = co_await net::connect(options.host, options.port, *tls, deadline);
    if (!stream) co_return std::unexpected(stream.error());
    stream->expires_at(deadline);
    Decoder decoder;
    if (!options.password.empty()) {
        std::vector<std::string_view> auth{"AUTH"};
        if (!options.username.empty()) auth.push_back(options.username);
        auth.push_back(options.password);
        if (auto in = co_await ask(*stream, decoder, auth, deadline); !in) co_return std::unexpected(in.error());
    }
    // An ACL may forbid naming the connection, which is no reason to go without Redis; but PING must be answered: a server that is stopped
    // or loading accepts connections too.
    auto named = co_await ask(*stream, decoder, {"CLIENT", "SETNAME", options.name}, deadline);
    if (!named && named.error().fault != Fault::internal) co_return std::unexpected(named.error());
    if (auto pong = co_await ask(*stream, decoder, {"PING"}, deadline); !pong) co_return std::unexpected(pong.error());
    stream->expires_at(Deadline::max());
    co_return std::move(*stream);
}

}  // namespace sky::redis
