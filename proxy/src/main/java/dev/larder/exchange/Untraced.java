package dev.larder.exchange;

import dev.larder.http.Fields;

/** No trace: what every exchange has where nobody asked for spans, so it makes no objects. Any thread. */
final class Untraced implements Trace, Trace.Part, Trace.Call {

    @Override
    public Part begin(Step step) {
        return this;
    }

    @Override
    public Call call(String method) {
        return this;
    }

    @Override
    public Fields sent(Fields fields) {
        return fields;
    }

    @Override
    public void answered(int status) {}

    @Override
    public void failed(String why) {}

    @Override
    public void ended() {}

    @Override
    public void cancelled() {}

    @Override
    public void over() {}

    @Override
    public void ended(Outcome outcome) {}
}
