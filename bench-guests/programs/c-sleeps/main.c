// Twenty sleeps, one after the other, of one to seven milliseconds.
#include <time.h>

int main(void) {
  for (int number = 0; number < 20; number++) {
    struct timespec time = {.tv_nsec = (1 + number % 7) * 1000000};
    nanosleep(&time, NULL);
  }
  return 0;
}
