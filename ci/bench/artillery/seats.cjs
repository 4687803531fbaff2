// Who sits where: rooms of ten, of which the first speaks.

let users = 0;

module.exports = {
  sit(context, events, done) {
    context.vars.room = Math.floor(users / 10) + 1;
    context.vars.speaks = users++ % 10 === 0;
    return done();
  },
  speaks: (context, done) => done(context.vars.speaks),
};
