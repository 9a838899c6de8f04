/*
 * A clock that is AHEAD seconds fast, for programs that are started with LD_PRELOAD: what libfaketime does, reduced to what a
 * bootstrap needs. libfaketime looks up the real functions when it is first asked for the time, and programs with an
 * allocator that asks for the time while it starts (bind9's jemalloc) then hang. Only the clock is fast: times of files
 * and intervals stay real, and so does everything in programs without the C library.
 *
 *     cc -O2 -shared -fPIC -DAHEAD=144000 -o clock-ahead.so clock-ahead.c
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int is_fast(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && is_fast(clock)) now->tv_sec += AHEAD;
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = syscall(SYS_gettimeofday, now, zone);
  if (result == 0) now->tv_sec += AHEAD;
  return result;
}

time_t time(time_t *into) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &now);
  now.tv_sec += AHEAD;
  if (into != NULL) *into = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
  if (base != TIME_UTC) return 0;
  clock_gettime(CLOCK_REALTIME, now);
  return base;
}

/* A program that computes an end from the fast clock must not wait for the real one to get there. */
static struct timespec real(const struct timespec *end) {
  struct timespec earlier = *end;
  earlier.tv_sec = earlier.tv_sec > AHEAD ? earlier.tv_sec - AHEAD : 0;
  return earlier;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict end) {
  struct timespec until = real(end);
  return NEXT(pthread_mutex_timedlock)(mutex, &until);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict end) {
  struct timespec until = real(end);
  return NEXT(pthread_rwlock_timedrdlock)(lock, &until);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict lock, const struct timespec *restrict end) {
  struct timespec until = real(end);
  return NEXT(pthread_rwlock_timedwrlock)(lock, &until);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict end) {
  struct timespec until = real(end);
  return NEXT(sem_timedwait)(semaphore, &until);
}

/* Conditions remember their clock where nobody else can see it: an end in the future of the fast clock is one of it. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict end) {
  struct timespec now, until = *end;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  if (end->tv_sec > now.tv_sec) until = real(end);
  return NEXT(pthread_cond_timedwait)(condition, mutex, &until);
}

int pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, clockid_t clock,
                           const struct timespec *restrict end) {
  struct timespec until = is_fast(clock) ? real(end) : *end;
  return NEXT(pthread_cond_clockwait)(condition, mutex, clock, &until);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *end, struct timespec *left) {
  struct timespec until = (flags & TIMER_ABSTIME) && is_fast(clock) ? real(end) : *end;
  return NEXT(clock_nanosleep)(clock, flags, &until, left);
}

int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict set, struct itimerspec *restrict old) {
  struct timespec now;
  struct itimerspec until = *set;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  if ((flags & TIMER_ABSTIME) && set->it_value.tv_sec > now.tv_sec) until.it_value = real(&set->it_value);
  return NEXT(timer_settime)(timer, flags, &until, old);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *set, struct itimerspec *old) {
  struct timespec now;
  struct itimerspec until = *set;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  if ((flags & TFD_TIMER_ABSTIME) && set->it_value.tv_sec > now.tv_sec) until.it_value = real(&set->it_value);
  return NEXT(timerfd_settime)(fd, flags, &until, old);
}
