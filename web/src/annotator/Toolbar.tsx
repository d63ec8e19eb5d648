import type { VNode } from 'preact';
import { texts } from '../texts.js';
import { IconButton } from '../ui/IconButton.js';
import { useSelected } from '../ui/store.js';
import { MAX_BRUSH, MIN_BRUSH, type Annotator } from './annotator.js';
import { TOOLS, type Tool } from './uiState.js';

const KEYS: Readonly<Record<Tool, string>> = { point: '1', background: '2', box: '3', brush: '4', select: '5' };
const NEEDS = { point: 'POINT', background: 'POINT', box: 'BOX', brush: 'MASK' } as const;

/** Tools, undo and redo, and what the tool at hand does. */
export function Toolbar({ annotator }: { readonly annotator: Annotator }): VNode {
  const { ui } = annotator;
  const chosen = useSelected(ui, ({ tool }) => tool);
  const hasHand = useSelected(ui, ({ handId }) => handId !== null);
  const brushSize = useSelected(ui, (state) => state.brushSize);
  const model = useSelected(annotator.session, (session) => session.model);
  const takes = (tool: Tool) =>
    tool === 'select' || (model.promptKinds.includes(NEEDS[tool]) && (tool !== 'background' || model.backgroundClicks));
  return (
    <>
      <div class="toolbar" role="group" aria-label={texts.tools.label}>
        {TOOLS.map((tool) => (
          <IconButton
            key={tool}
            icon={tool}
            text={takes(tool) ? texts.tools[tool] : texts.tools.unsupported(texts.tools[tool])}
            keys={KEYS[tool]}
            pressed={tool === chosen}
            disabled={!takes(tool)}
            onClick={() => annotator.useTool(tool)}
          />
        ))}
        <hr />
        <IconButton icon="undo" text={texts.tools.undo} keys="Ctrl+Z" onClick={() => annotator.undo()} />
        <IconButton icon="redo" text={texts.tools.redo} keys="Ctrl+Shift+Z" onClick={() => annotator.redo()} />
      </div>
      <div class="hint">
        <span>{texts.hints[chosen === 'point' && hasHand ? 'refine' : chosen]}</span>
        {chosen === 'brush' && (
          <input
            type="range"
            min={MIN_BRUSH}
            max={MAX_BRUSH}
            value={brushSize}
            aria-label={texts.tools.brushSize}
            onInput={({ currentTarget }) => ui.set({ brushSize: currentTarget.valueAsNumber })}
          />
        )}
      </div>
    </>
  );
}
