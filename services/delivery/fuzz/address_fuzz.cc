// An address that is put into a command can't end it or begin another.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "delivery/relay/client.h"
#include "sky/smtp-proto/command.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view address(reinterpret_cast<const char*>(data), size);
    if (!sky::delivery::fits_command(address)) return 0;
    const auto command = sky::smtp::parse_command("RCPT TO:<" + std::string(address) + ">");
    if (!command || command->keyword != "RCPT") std::abort();
    // A parser may refuse it; one that takes it finds no parameter.
    if (const auto rcpt = sky::smtp::parse_rcpt(command->argument); !rcpt && rcpt.error().fault == sky::Fault::unsupported) std::abort();
    return 0;
}
