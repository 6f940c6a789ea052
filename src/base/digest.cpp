#include "base/digest.hpp"

#include <openssl/evp.h>

#include "base/check.hpp"

namespace cscan {

namespace {

/// Fetched once: looking the algorithm up takes OpenSSL longer than digesting a short text.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(algorithm != nullptr);
  return algorithm;
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  CHECK(context_->evp != nullptr);
  CHECK(EVP_DigestInit_ex(context_->evp, sha256_algorithm(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
}

Sha256Value Sha256::finish() {
  Sha256Value value{};
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(context_->evp, value.data(), &size) == 1 && size == value.size());
  CHECK(EVP_DigestInit_ex(context_->evp, nullptr, nullptr) == 1);
  return value;
}

std::string to_hex(const Sha256Value& digest, std::size_t bytes) {
  CHECK(bytes <= digest.size());
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes * 2);
  for (std::size_t i = 0; i < bytes; ++i) {
    out.push_back(digits[digest[i] >> 4]);
    out.push_back(digits[digest[i] & 15]);
  }
  return out;
}

std::string sha256_hex(std::string_view text, std::size_t bytes) {
  Sha256 hash;
  hash.update(text);
  return to_hex(hash.finish(), bytes);
}

}  // namespace cscan
