#include "transport.h"

#include <grpc/support/log.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>
#include <mutex>

#include "sky/async/report.h"

namespace sky::rpc {
namespace {

std::shared_ptr<grpc::experimental::CertificateProviderInterface> provider(const Credentials& credentials) {
    return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(credentials.key, credentials.certificate,
                                                                                credentials.authority, credentials.reload_seconds);
}

}  // namespace

Result<void> check(const Credentials& credentials) {
    for (const std::string* file : {&credentials.certificate, &credentials.key, &credentials.authority}) {
        std::ifstream in(*file);
        std::string line;
        if (!std::getline(in, line)) return unexpected(Fault::unavailable, "a certificate file can't be read", *file);
    }
    return {};
}

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Credentials& credentials) {
    grpc::experimental::TlsServerCredentialsOptions options(provider(credentials));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Credentials& credentials) {
    grpc::experimental::TlsChannelCredentialsOptions options;
    options.set_certificate_provider(provider(credentials));
    options.watch_root_certs();
    options.watch_identity_key_cert_pairs();
    return grpc::experimental::TlsCredentials(options);
}

void capture_grpc_log() {
    static std::once_flag once;
    std::call_once(once, [] {
        gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
        gpr_set_log_function([](gpr_log_func_args* args) {
            if (args->severity == GPR_LOG_SEVERITY_ERROR) report("rpc.grpc.error", args->file, args->message);
        });
    });
}

}  // namespace sky::rpc
