// biome-ignore-all lint/a11y/useSemanticElements: a virtual table cannot be a <table>; its roles tell the whole of it
/** The one table of the product: virtual, of any length, worked by keyboard. Columns and cells are TanStack Table's. */
import { type ColumnDef, FlexRender, type Row as TableRow, tableFeatures, useTable } from '@tanstack/react-table'
import { memo, type ReactNode, useId, useMemo, useRef, useState } from 'react'
import classes from './data-grid.module.css'
import { intentOf } from './grid-keys.ts'
import { countOf, type GridSource, isWindowed, useGridRows } from './grid-rows.ts'
import { type GridView, useGridView } from './grid-view.ts'

export interface GridColumn<Row> {
  id: string
  header: string
  /** CSS grid track: `120px`, `minmax(160px, 2fr)`. */
  width: string
  align?: 'right'
  cell: (row: Row) => ReactNode
}

export interface DataGridProps<Row> {
  /** Names the table for a screen reader. */
  label: string
  columns: readonly GridColumn<Row>[]
  source: GridSource<Row>
  rowId: (row: Row) => string
  rowHeight?: 28 | 32 | 40
  /** The row whose inspector is open. */
  openId?: string | undefined
  onOpen?: ((row: Row) => void) | undefined
  /** Rows chosen for a bulk act. */
  selection?: ReadonlySet<string> | undefined
  onSelectionChange?: ((selection: ReadonlySet<string>) => void) | undefined
  /** What is shown instead of rows when there are none. */
  empty?: ReactNode
  /** Whether the pointer is over the rows: live updates wait meanwhile. */
  onHoverChange?: ((over: boolean) => void) | undefined
}

const features = tableFeatures({})
type Cell<Row> = { row: Row | undefined; index: number }
const pending = <span className={classes.pending} />

/** The class of a cell. */
const cellClass = (align: 'right' | undefined) => (align === 'right' ? `${classes.cell} ${classes.right}` : classes.cell)

export function DataGrid<Row>(props: DataGridProps<Row>) {
  'use no memo'
  const { label, columns, source, rowHeight = 32, empty, onHoverChange } = props
  const count = countOf(source)
  const view = useGridView({ count, rowHeightPx: rowHeight, onEnd: isWindowed(source) ? undefined : source.onEnd })
  const rows = useGridRows(source, view.first, view.last)
  const { active, setActive, onKeyDown } = useGridKeys(props, view, rows)
  const id = useId()
  const defs = useMemo<ColumnDef<typeof features, Cell<Row>>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        cell: ({ row }) => (row.original.row === undefined ? pending : column.cell(row.original.row)),
      })),
    [columns],
  )
  const data = useMemo(() => rows.map((row, at): Cell<Row> => ({ row, index: view.first + at })), [rows, view.first])
  const table = useTable({ features, columns: defs, data })
  const style = { gridTemplateColumns: columns.map((column) => column.width).join(' ') }
  const placeOf = (index: number): Place => ({
    id: `${id}-${index}`,
    index,
    topPx: view.startPx + (index - view.first) * rowHeight,
  })

  return (
    <div className={classes.grid}>
      <div
        ref={view.ref}
        className={classes.scroll}
        role="grid"
        data-empty={count === 0 || undefined}
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-multiselectable={props.onSelectionChange ? true : undefined}
        aria-activedescendant={count > 0 && active >= view.first && active <= view.last ? `${id}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onMouseEnter={() => onHoverChange?.(true)}
        onMouseLeave={() => onHoverChange?.(false)}
      >
        <div role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <div key={group.id} role="row" aria-rowindex={1} className={classes.head} style={style} tabIndex={-1}>
              {group.headers.map((header, index) => (
                <div key={header.id} role="columnheader" className={cellClass(columns[index]?.align)} tabIndex={-1}>
                  <FlexRender header={header} />
                </div>
              ))}
            </div>
          ))}
        </div>
        <div role="rowgroup" style={{ position: 'relative', height: view.spacerPx }}>
          {table.getRowModel().rows.map((tableRow) => (
            <GridRow
              key={tableRow.original.index}
              grid={props}
              row={tableRow.original.row}
              place={placeOf(tableRow.original.index)}
              active={active === tableRow.original.index}
              onActive={setActive}
              style={style}
            >
              <GridCells row={tableRow} columns={columns} />
            </GridRow>
          ))}
        </div>
      </div>
      {count === 0 ? empty : null}
    </div>
  )
}

interface GridCellsProps<Row> {
  row: TableRow<typeof features, Cell<Row>>
  columns: readonly GridColumn<Row>[]
}

function CellsOf<Row>({ row, columns }: GridCellsProps<Row>): ReactNode {
  'use no memo'
  return row.getAllCells().map((cell, at) => (
    <div key={cell.id} role="gridcell" className={cellClass(columns[at]?.align)} tabIndex={-1}>
      <FlexRender cell={cell} />
    </div>
  ))
}

/** The table is made anew with every step of scrolling; the cells of what stays in view are not. */
const GridCells = memo(
  CellsOf,
  (before, after) => before.row.original.row === after.row.original.row && before.columns === after.columns,
) as typeof CellsOf

interface Place {
  id: string
  index: number
  topPx: number
}

interface GridRowProps<Row> {
  grid: DataGridProps<Row>
  row: Row | undefined
  place: Place
  active: boolean
  onActive: (index: number) => void
  style: { gridTemplateColumns: string }
  children: ReactNode
}

function GridRow<Row>({ grid, row, place, active, onActive, style, children }: GridRowProps<Row>) {
  const rowId = row === undefined ? undefined : grid.rowId(row)
  const chosen = rowId !== undefined && (rowId === grid.openId || grid.selection?.has(rowId) === true)
  const onClick = () => {
    onActive(place.index)
    if (row !== undefined) grid.onOpen?.(row)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself is the one tab stop and answers Enter for its active row
    <div
      id={place.id}
      role="row"
      tabIndex={-1}
      aria-rowindex={place.index + 2}
      aria-selected={chosen}
      data-active={active || undefined}
      data-opens={grid.onOpen ? true : undefined}
      className={classes.row}
      style={{ ...style, height: grid.rowHeight ?? 32, top: place.topPx }}
      onClick={onClick}
    >
      {children}
    </div>
  )
}

/** The active row and the keys that move, open and choose. */
function useGridKeys<Row>(props: DataGridProps<Row>, view: GridView, rows: ReadonlyArray<Row | undefined>) {
  const { source, rowId, onOpen, selection, onSelectionChange } = props
  const [wanted, setActive] = useState(0)
  const count = countOf(source)
  const active = Math.min(wanted, Math.max(count - 1, 0))
  const latest = useRef(active)
  latest.current = active

  function toggle(row: Row): void {
    if (!onSelectionChange) return
    const next = new Set(selection)
    if (!next.delete(rowId(row))) next.add(rowId(row))
    onSelectionChange(next)
  }

  function onKeyDown(event: React.KeyboardEvent<HTMLDivElement>): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const intent = intentOf(event.key, { active: latest.current, count, pageRows: view.pageRows })
    if (!intent) return
    event.preventDefault()
    if ('move' in intent) {
      setActive(intent.move)
      view.show(intent.move)
      return
    }
    const row = rows[latest.current - view.first]
    if (row === undefined) return
    if ('open' in intent) onOpen?.(row)
    else toggle(row)
  }

  return { active, setActive, onKeyDown }
}
