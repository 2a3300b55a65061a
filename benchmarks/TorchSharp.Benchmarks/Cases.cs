using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>The cases, with the same sizes on both sides.</summary>
internal static class Cases
{
    internal static Case Add()
    {
        const int calls = 100_000;
        Tensor a = ones(4), b = ones(4);
        return new("add", "a + b of 4 elements, and freeing the result", calls, $"add {calls}", () =>
        {
            for (int i = 0; i < calls; i++)
            {
                using Tensor sum = a + b;
            }
        }, Goal: 1);
    }

    internal static Case AdamWStep()
    {
        const int tensors = 200, size = 64, steps = 10;
        Parameter[] parameters = [.. Enumerable.Range(0, tensors).Select(_ => new Parameter(randn(size, size)))];
        foreach (Parameter parameter in parameters)
            parameter.grad = randn(size, size);
        AdamW optimizer = optim.AdamW(parameters, weight_decay: 0.01);
        return new("adamw", $"AdamW step, {tensors} tensors of {size}×{size}", steps, $"adamw {tensors} {size} {steps}", () =>
        {
            for (int i = 0; i < steps; i++)
                optimizer.step();
        }, Goal: 0.5);
    }

    internal static Case EncoderStep()
    {
        const int vocabulary = 8000, batch = 32, length = 64, width = 256, heads = 4, layers = 4, classes = 64, steps = 1;
        manual_seed(1);
        var model = new Encoder(vocabulary, length, width, heads, layers, classes, dropout: 0.1);
        Parameter[] parameters = [.. model.parameters()];
        AdamW optimizer = optim.AdamW(parameters, lr: 1e-4, weight_decay: 0.01);
        Tensor ids = randint(vocabulary, [batch, length], dtype: ScalarType.Int64);
        Tensor labels = randint(classes, [batch * length], dtype: ScalarType.Int64);
        string request = $"encoder {vocabulary} {batch} {length} {width} {heads} {layers} {classes} {steps}";
        return new("encoder", $"training step, encoder of {layers} layers × {width}, {heads} heads, batch {batch}×{length}", steps, request, () =>
        {
            for (int i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                model.zero_grad();
                Tensor loss = nn.functional.cross_entropy(model.call(ids).view(-1, classes), labels);
                loss.backward();
                nn.utils.clip_grad_norm_(parameters, 1);
                optimizer.step();
                loss.item<float>();
            }
        }, Goal: 1.03);
    }
}
