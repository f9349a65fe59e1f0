#include "process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace sky::metrics {
namespace {

const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();

void sample(std::string& out, const char* name, const char* type, const char* help, const std::string& value) {
    out += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " + value + "\n";
}

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

}  // namespace

void expose_process(std::string& out) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    sample(out, "process_cpu_seconds_total", "counter", "User and system CPU time.",
           std::to_string(seconds(usage.ru_utime) + seconds(usage.ru_stime)));
    std::size_t pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    sample(out, "process_resident_memory_bytes", "gauge", "Resident memory.",
           std::to_string(resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE))));
    std::error_code error;
    std::size_t files = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end; at.increment(error)) ++files;
    sample(out, "process_open_fds", "gauge", "Open file descriptors.", std::to_string(files));
    sample(out, "process_start_time_seconds", "gauge", "Start of the process since the Unix epoch.", std::to_string(started));
}

}  // namespace sky::metrics
