#include "sky/dns/record.h"

#include <algorithm>
#include <array>

#include "name.h"
#include "sky/base/ascii.h"
#include "sky/net/address.h"

namespace sky::dns {
namespace {
constexpr std::array<std::pair<Type, std::string_view>, 10> names{{{Type::a, "A"},
                                                                   {Type::ns, "NS"},
                                                                   {Type::cname, "CNAME"},
                                                                   {Type::ptr, "PTR"},
                                                                   {Type::mx, "MX"},
                                                                   {Type::txt, "TXT"},
                                                                   {Type::aaaa, "AAAA"},
                                                                   {Type::srv, "SRV"},
                                                                   {Type::tlsa, "TLSA"},
                                                                   {Type::caa, "CAA"}}};

// Reads off the front; once something was missing, all is broken.
class Reader {
  public:
    explicit Reader(std::string_view wire) : rest_(wire) {}

    std::uint8_t octet() { return static_cast<std::uint8_t>(take(1).front()); }
    std::uint16_t number() {
        const auto octets = take(2);
        return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[0]) << 8 | static_cast<unsigned char>(octets[1]));
    }
    std::string name() {
        auto taken = take_name(rest_);
        broken_ |= !taken;
        return taken.value_or("");
    }
    std::string_view take(std::size_t count) {
        if (rest_.size() < count || broken_) {
            broken_ = true;
            return std::string_view("\0\0", 2);
        }
        const auto out = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return out;
    }
    // RFC 1035 §3.3 <character-string>.
    std::string_view string() {
        const std::size_t size = octet();
        if (broken_) return {};
        if (size == 0) return {};
        return rest_.size() < size ? (broken_ = true, std::string_view()) : take(size);
    }
    std::string rest() {
        const std::string out(rest_);
        rest_ = {};
        return out;
    }
    bool more() const { return !broken_ && !rest_.empty(); }
    bool whole() const { return !broken_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool broken_ = false;
};

Data address(std::string_view octets) {
    net::AddressBytes bytes{};
    if (octets.size() == 4) bytes[10] = bytes[11] = 0xff;
    std::ranges::copy(octets, bytes.end() - static_cast<std::ptrdiff_t>(octets.size()));
    return Address{net::address_text(bytes)};
}

Data read(Type type, Reader& in) {
    switch (type) {
        case Type::a:
            return address(in.take(4));
        case Type::aaaa: {
            const auto octets = in.take(16);
            return address(octets.size() == 16 ? octets : std::string_view("\0\0\0\0", 4));
        }
        case Type::ns:
        case Type::cname:
        case Type::ptr:
            return Host{in.name()};
        case Type::mx: {
            Mx out{.preference = in.number()};
            out.exchange = in.name();
            return out;
        }
        case Type::txt: {
            Txt out{std::string(in.string())};
            while (in.more()) out.text += in.string();
            return out;
        }
        case Type::srv: {
            Srv out{.priority = in.number(), .weight = in.number(), .port = in.number()};
            out.target = in.name();
            return out;
        }
        case Type::tlsa: {  // RFC 6698 §2.1
            Tlsa out{.usage = in.octet(), .selector = in.octet(), .matching = in.octet()};
            out.data = in.rest();
            return out;
        }
        case Type::caa: {  // RFC 8659 §4.1
            Caa out{.flags = in.octet()};
            out.tag = ascii::to_lower(in.string());
            out.value = in.rest();
            return out;
        }
    }
    return Txt{};
}
}  // namespace

std::string_view type_name(Type type) {
    const auto found = std::ranges::find(names, type, [](const auto& row) { return row.first; });
    return found == names.end() ? std::string_view() : found->second;
}

std::optional<Type> type_of(std::string_view name) {
    for (const auto& [type, text] : names)
        if (ascii::equals_ignoring_case(name, text)) return type;
    return std::nullopt;
}

Result<Data> parse_data(Type type, std::string_view wire) {
    Reader in(wire);
    Data out = read(type, in);
    const auto* caa = std::get_if<Caa>(&out);
    if (type_name(type).empty() || !in.whole() || (caa && caa->tag.empty()))
        return unexpected(Fault::corrupt, "a record in the DNS is broken", std::string(type_name(type)) + " data of the wrong form");
    return out;
}

}  // namespace sky::dns
