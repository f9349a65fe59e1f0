#include "gs2.h"

#include <algorithm>

#include "mechanism.h"
#include "sky/base/ascii.h"

namespace sky::sasl {
namespace {
// cb-name = 1*(ALPHA / DIGIT / "." / "-")
bool is_binding_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           std::ranges::all_of(name, [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-'; });
}
}  // namespace

std::optional<std::string> decode_saslname(std::string_view text) {
    if (!ascii::is_utf8(text)) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\0' || text[i] == ',') return std::nullopt;
        if (text[i] != '=') {
            out += text[i];
            continue;
        }
        const auto code = text.substr(i + 1, 2);
        if (code != "2C" && code != "3D") return std::nullopt;
        out += code == "2C" ? ',' : '=';
        i += 2;
    }
    return out;
}

std::expected<Gs2, std::string_view> take_gs2(std::string_view& message) {
    const auto first = message.find(',');
    const auto second = first == std::string_view::npos ? first : message.find(',', first + 1);
    if (second == std::string_view::npos) return std::unexpected("other-error");
    const auto flag = message.substr(0, first);
    const auto identity = message.substr(first + 1, second - first - 1);
    Gs2 out;
    if (flag == "n")
        out.flag = Gs2::Flag::unable;
    else if (flag == "y")
        out.flag = Gs2::Flag::able;
    else if (flag.starts_with("p=") && is_binding_name(flag.substr(2)))
        out.flag = Gs2::Flag::bound, out.binding = flag.substr(2);
    else
        return std::unexpected("other-error");
    if (!identity.empty()) {
        if (!identity.starts_with("a=") || identity.size() == 2) return std::unexpected("other-error");
        auto name = decode_saslname(identity.substr(2));
        if (!name || name->size() > max_name) return std::unexpected("invalid-encoding");
        out.authorization = std::move(*name);
    }
    out.header = message.substr(0, second + 1);
    message.remove_prefix(second + 1);
    return out;
}

}  // namespace sky::sasl
