// Replays stored fuzz inputs through a fuzz target: every seed whole, and cut at a few places. No seeds is a failure: a target without
// seeds tests nothing.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {
void replay(const std::string& bytes, std::size_t length) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), length);
}
}  // namespace

int main(int argc, char** argv) {
    std::size_t replayed = 0;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) continue;
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            replay(bytes, bytes.size());
            for (std::size_t eighth = 0; eighth < 8; ++eighth) replay(bytes, bytes.size() * eighth / 8);
            ++replayed;
        }
    }
    std::printf("replayed %zu seeds\n", replayed);
    return replayed == 0 ? 1 : 0;
}
