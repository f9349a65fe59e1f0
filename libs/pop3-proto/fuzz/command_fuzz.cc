// print(parse(x)) is a fixpoint; numbers are never 0.
#include <cstdint>
#include <cstdlib>

#include "sky/pop3-proto/command.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::pop3;
    const auto command = parse_command({reinterpret_cast<const char*>(data), size});
    if (!command) return 0;
    if (const auto again = parse_command(print(*command)); !again || *again != *command) std::abort();
    if (const auto number = parse_number(command->argument); number && *number == 0) std::abort();
    if (const auto top = parse_top(command->argument); top && top->number == 0) std::abort();
    return 0;
}
