// The real Session over a socket, with the fuzzer as its client: signed in, unless the input begins with "?". Lines behind a 0x01 come from
// a second client of the same account. Whatever is said, responses keep to their grammar, each command is answered once, the connection
// ends, no transaction stays open, and the store agrees with itself.
#include "client.h"

using namespace sky::imapd;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::unique_ptr<fuzz::Scene> scene;
    static int inputs = 0;
    if (inputs++ % 5000 == 0) {
        scene.reset();
        scene = std::make_unique<fuzz::Scene>();
    }
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const bool stranger = input.starts_with('?');
    if (stranger) input.remove_prefix(1);
    const auto account = scene->new_account();
    {
        std::optional<fuzz::Client> clients[2];
        for (int commands = 0; !input.empty() && commands < 100; ++commands) {
            const bool second = input.starts_with('\x01');
            if (second) input.remove_prefix(1);
            auto& client = clients[second];
            if (!client) client.emplace(*scene, account, stranger ? fuzz::Client::As::stranger : fuzz::Client::As::user);
            if (client->is_over()) break;
            client->command(input);
        }
        for (auto& client : clients)
            if (client) client->leave();
    }
    if (!scene->house.sessions.empty() || !scene->house.signed_in.empty()) fuzz::fail("a session stays behind");
    scene->end(account);
    return 0;
}
